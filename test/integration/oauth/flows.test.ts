// The OAuth flows against a real authorization server, with rotation and reuse detection.
import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";
import { Secret } from "../../../src/core/secret.ts";
import { prepareAuthorization } from "../../../src/oauth/authorization-code.ts";
import { startDevice } from "../../../src/oauth/device-flow.ts";
import { discover } from "../../../src/oauth/metadata/discover.ts";
import type { OAuthClient, OAuthEndpoints } from "../../../src/oauth/endpoints.ts";
import { listenForRedirect } from "../../../src/oauth/redirect-listener.ts";
import { refreshTokens } from "../../../src/oauth/refresh-tokens.ts";
import { revokeToken } from "../../../src/oauth/revoke-token.ts";
import type { TokenSet } from "../../../src/oauth/token-set.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../../support/authorization-server.ts";

const pages = { stored: "stored", failed: "failed", foreign: "foreign", policy: "default-src 'none'" };
const context = { name: "Test", again: "keyward login test" };
let server: AuthorizationServer;
let endpoints: OAuthEndpoints;
let client: OAuthClient;

beforeAll(async () => {
  server = await startAuthorizationServer();
  endpoints = await discover({ issuer: server.issuer, hosts: [], context }, server.send);
  client = { id: server.publicClientId, secret: null, auth: "post" };
});
afterAll(() => server.close());

const ports = (): { send: AuthorizationServer["send"]; clock: typeof systemClock } => ({ send: server.send, clock: systemClock });

async function begin(as: OAuthClient = client, scopes: readonly string[] = ["openid", "offline_access"]) {
  const listener = await listenForRedirect({ host: "127.0.0.1", port: 0, pages });
  const request = { endpoints, client: as, scopes, scopeSeparator: " ", redirectUri: listener.redirectUri, pkce: true };
  return { listener, prepared: await prepareAuthorization({ ...request, extra: { prompt: "consent" }, context }) };
}

async function logIn(as: OAuthClient = client): Promise<TokenSet> {
  const { listener, prepared } = await begin(as);
  const { location } = await server.visit(prepared.url);
  const arrival = listener.arrivalOf(prepared.state);
  const page = fetchPage(location ?? "");
  const { query, respond } = await arrival;
  const tokens = await prepared.redeem(query, ports());
  respond(true);
  expect(await page).toMatchObject({ status: 200 });
  listener.close();
  return tokens;
}

function fetchPage(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    }).on("error", reject);
  });
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing",
    (error: { code: string }) => error.code,
  );

describe("discovery", () => {
  it("finds the endpoints, and that the server names itself in its answers", () => {
    expect(endpoints).toMatchObject({ issuer: server.issuer, tokenUrl: `${server.issuer}/token`, sendsIssuer: true });
    expect(endpoints.deviceAuthorizationUrl).toBe(`${server.issuer}/device/auth`);
  });
});

describe("the authorization code flow", () => {
  it("ends with tokens, for a public client and for one with a secret", async () => {
    for (const as of [client, { id: server.clientId, secret: new Secret(server.clientSecret), auth: "post" } as const]) {
      const tokens = await logIn(as);
      expect(tokens.accessToken.length).toBeGreaterThan(20);
      expect(tokens.refreshToken?.length).toBeGreaterThan(20);
      expect((tokens.expiresAtMs ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
    }
  });

  it("is gone after one answer", async () => {
    const { listener, prepared } = await begin();
    const { location } = await server.visit(prepared.url);
    const arrival = listener.arrivalOf(prepared.state);
    const page = fetchPage(location ?? "");
    const { query, respond } = await arrival;
    await prepared.redeem(query, ports());
    respond(true);
    await page;
    await expect(fetchPage(location ?? "")).rejects.toThrow(/ECONNREFUSED/);
    expect(await codeOf(prepared.redeem(query, ports()))).toBe("OAUTH_MISMATCH");
  });

  it("says that access was denied", async () => {
    const { listener, prepared } = await begin();
    const { location } = await server.visit(prepared.url, false);
    listener.close();
    expect(await codeOf(prepared.redeem(new URL(location ?? "").searchParams, ports()))).toBe("OAUTH_DENIED");
  });

  it.each([
    ["another state", (query: URLSearchParams) => query.set("state", "forged")],
    ["no state", (query: URLSearchParams) => query.delete("state")],
    ["two states", (query: URLSearchParams) => query.append("state", "second")],
    ["another issuer", (query: URLSearchParams) => query.set("iss", "https://evil.test")],
    ["no issuer", (query: URLSearchParams) => query.delete("iss")],
  ])("refuses an answer with %s, and sends its code nowhere", async (_what, change) => {
    const { listener, prepared } = await begin();
    const { location } = await server.visit(prepared.url);
    listener.close();
    const query = new URL(location ?? "").searchParams;
    change(query);
    const before = server.counts.get("/token") ?? 0;
    expect(await codeOf(prepared.redeem(query, ports()))).toBe("OAUTH_MISMATCH");
    expect(server.counts.get("/token") ?? 0).toBe(before);
  });

  it("refuses the code of another login: the verifier does not fit", async () => {
    const [one, two] = [await begin(), await begin()];
    const first = new URL((await server.visit(one.prepared.url)).location ?? "").searchParams;
    const second = new URL((await server.visit(two.prepared.url)).location ?? "").searchParams;
    for (const { listener } of [one, two]) listener.close();
    second.set("code", first.get("code") ?? "");
    expect(await codeOf(two.prepared.redeem(second, ports()))).toBe("OAUTH_GRANT");
  });

  it("says that the secret is wrong", async () => {
    expect(await codeOf(logIn({ id: server.clientId, secret: new Secret("not-it"), auth: "post" }))).toBe("OAUTH_CLIENT");
  });
});

describe("refresh and revocation", () => {
  it("rotates, and a token sent twice ends the grant with its own code", async () => {
    const { accessToken, refreshToken } = await logIn();
    if (refreshToken === null) throw new Error("no refresh token");
    expect(await server.isActive(accessToken.reveal())).toBe(true);
    const next = await refreshTokens({ endpoints, client, refreshToken, context }, ports());
    expect(next.refreshToken?.equals(refreshToken)).toBe(false);
    expect(await server.isActive(next.accessToken.reveal())).toBe(true);
    expect(await codeOf(refreshTokens({ endpoints, client, refreshToken, context }, ports()))).toBe("OAUTH_GRANT");
    for (const token of [accessToken, next.accessToken, next.refreshToken])
      expect(await server.isActive(token?.reveal() ?? "")).toBe(false);
  });

  it("ends a grant, and one that has ended already", async () => {
    const { accessToken, refreshToken } = await logIn();
    if (refreshToken === null) throw new Error("no refresh token");
    const revocation = { endpoints, client, token: refreshToken, kind: "refresh_token", context } as const;
    await revokeToken(revocation, server.send);
    for (const token of [accessToken, refreshToken]) expect(await server.isActive(token.reveal())).toBe(false);
    expect(await codeOf(refreshTokens({ endpoints, client, refreshToken, context }, ports()))).toBe("OAUTH_GRANT");
    await revokeToken(revocation, server.send);
  });
});

describe("the device flow", () => {
  it("waits the default interval where the server names none, then has tokens", async () => {
    const waits: number[] = [];
    const wait = async (ms: number): Promise<void> => {
      waits.push(ms);
      if (waits.length === 2) await server.enterCode(device.completeUrl ?? "");
    };
    const device = await startDevice({ endpoints, client, scopes: ["openid", "offline_access"], context }, { ...ports(), wait });
    expect(device.verificationUrl).toBe(`${server.issuer}/device`);
    expect(device.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    const tokens = await device.poll();
    expect(waits).toEqual([5_000, 5_000]);
    expect(tokens.accessToken.length).toBeGreaterThan(20);
  });
});
