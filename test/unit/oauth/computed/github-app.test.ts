import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { githubApp } from "../../../../src/oauth/computed/github-app.ts";
import { startTokenEndpoint, type Told, type TokenEndpoint } from "../../../support/token-endpoint.ts";
import { context, failure, openJwt, PEM, PUBLIC_PEM } from "./keys.ts";

const HOST = "api.hub.test";
const HOUR_MS = 3_600_000;
let endpoint: TokenEndpoint;
let told: (nowMs: number) => Told;
/** How far the server's clock is ahead. */
let aheadMs = 0;

beforeAll(async () => {
  endpoint = await startTokenEndpoint([HOST], ({ headers }) => {
    const nowMs = Date.now() + aheadMs;
    const date = { date: new Date(nowMs).toUTCString() };
    const { claims } = openJwt(String(headers["authorization"]).replace("Bearer ", ""));
    // As GitHub checks it: not from the future, not ended, no longer than ten minutes.
    const isInTime =
      Number(claims["iat"]) <= nowMs / 1_000 && Number(claims["exp"]) > nowMs / 1_000 && Number(claims["exp"]) < nowMs / 1_000 + 600;
    return isInTime ? { ...told(nowMs), headers: date } : { status: 401, json: { message: "bad JWT" }, headers: date };
  });
});
afterAll(() => endpoint.close());

const typed = { app_id: " 123 ", installation_id: "456", private_key: PEM };
const request = () => ({
  source: { flow: "app", values: githubApp.read(typed, context) } as const,
  tokenUrl: `https://${HOST}/app/installations/456/access_tokens`,
  refreshUrl: null,
  context: { name: "Hub", again: "keyward login hub --flow app" },
});
const obtain = () => githubApp.obtain(request(), { send: endpoint.send, clock: { nowMs: () => Date.now() } });
const grant = (nowMs: number): Told => ({ status: 201, json: { token: "ghs_made", expires_at: new Date(nowMs + HOUR_MS).toISOString() } });

describe("an installation token of a GitHub App", () => {
  it("is traded for a JWT that the app's key signed", async () => {
    aheadMs = 0;
    told = grant;
    const { accessToken, expiresAtMs } = await obtain();
    expect(accessToken.reveal()).toBe("ghs_made");
    expect(Math.abs((expiresAtMs ?? 0) - Date.now() - HOUR_MS)).toBeLessThan(60_000);
    const { method, url, headers, body } = endpoint.requests.at(-1)!;
    expect([method, url.pathname, body]).toEqual(["POST", "/app/installations/456/access_tokens", ""]);
    const { header, claims } = openJwt(String(headers["authorization"]).replace("Bearer ", ""), PUBLIC_PEM);
    expect(header["alg"]).toBe("RS256");
    expect(claims["iss"]).toBe("123");
    expect(`${JSON.stringify(headers)}${body}`).not.toContain(PEM.split("\n")[1]);
  });

  it.each([-2, 2])("comes although this machine's clock is off by %i h, and its end is told by this clock", async (hours) => {
    aheadMs = hours * HOUR_MS;
    told = grant;
    const before = endpoint.requests.length;
    const { expiresAtMs } = await obtain();
    expect(endpoint.requests.length - before).toBe(2);
    expect(Math.abs((expiresAtMs ?? 0) - Date.now() - HOUR_MS)).toBeLessThan(60_000);
    aheadMs = 0;
  });

  it.each([
    [404, "OAUTH_GRANT", /no such installation/],
    [403, "OAUTH_DENIED", /suspended/],
    [401, "OAUTH_CLIENT", /app id or its private key/],
    [422, "OAUTH_ANSWER", /422/],
    [503, "OAUTH_BUSY", /busy/],
    [302, "OAUTH_ANSWER", /redirect/],
  ])("does not come with the answer %i", async (status, code, message) => {
    told = () => ({ status, json: { message: "secret words" } });
    const refused = await failure(obtain);
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain("secret words");
  });

  it.each([{}, { token: "x" }, { token: "", expires_at: "2030-01-01T00:00:00Z" }, { token: "x", expires_at: "soon" }])(
    "does not come in the answer %j",
    async (json) => {
      told = () => ({ status: 201, json });
      expect((await failure(obtain)).code).toBe("OAUTH_ANSWER");
    },
  );
});

describe("what it is made from", () => {
  it.each([
    ["app_id", ""],
    ["app_id", "my-app"],
    ["installation_id", "https://github.com/settings/installations/1"],
    ["private_key", "x"],
  ])("is refused with the name of the input: %s = %j", async (name, text) => {
    expect((await failure(() => githubApp.read({ ...typed, [name]: text }, context))).field).toBe(name);
  });

  it("may name the app by its client id", () => {
    expect(githubApp.read({ ...typed, app_id: "Iv23liAbCdEfGhIj" }, context)["app_id"]?.reveal()).toBe("Iv23liAbCdEfGhIj");
  });
});
