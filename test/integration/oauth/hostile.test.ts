// What a broken or hostile authorization server answers, and what becomes of it: one error with a code, or the sensible reading.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import { startDevice } from "../../../src/oauth/device-flow.ts";
import { discover } from "../../../src/oauth/discover.ts";
import type { OAuthEndpoints } from "../../../src/oauth/endpoints.ts";
import { listenForRedirect } from "../../../src/oauth/redirect-listener.ts";
import { refreshTokens } from "../../../src/oauth/refresh-tokens.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { OAuthAnswer, OAuthSend } from "../../../src/oauth/send.ts";
import { startTlsUpstream } from "../../support/tls-upstream.ts";
import { sendTo } from "../../support/authorization-server.ts";

const context = { name: "Hostile", again: "keyward login hostile" };
const ISSUER = "https://hostile.test";
const endpoints: OAuthEndpoints = {
  issuer: ISSUER,
  authorizationUrl: `${ISSUER}/authorize`,
  tokenUrl: `${ISSUER}/token`,
  deviceAuthorizationUrl: `${ISSUER}/device`,
  revocationUrl: null,
  registrationUrl: null,
  sendsIssuer: false,
};
const client = { id: "app", secret: null, auth: "post" } as const;
const NOW_MS = 1_700_000_000_000;
const clock = { nowMs: () => NOW_MS };

const answer = (status: number, body: unknown, type = "application/json"): OAuthAnswer => ({
  status,
  headers: ["Content-Type", type],
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  isCut: false,
});
const always =
  (given: OAuthAnswer): OAuthSend =>
  () =>
    Promise.resolve(given);
const refresh = (send: OAuthSend) => refreshTokens({ endpoints, client, refreshToken: new Secret("old"), context }, { send, clock });
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing",
    (error: { code: string }) => error.code,
  );

describe("a token endpoint", () => {
  it.each([
    ["an HTML page with 200", answer(200, "<html>", "text/html"), "OAUTH_ANSWER"],
    ["JSON that calls itself HTML", answer(200, { access_token: "a", token_type: "bearer" }, "text/html"), "OAUTH_ANSWER"],
    ["an HTML page with 400", answer(400, "<html>", "text/html"), "OAUTH_ANSWER"],
    ["broken JSON", answer(200, '{"access_token":'), "OAUTH_ANSWER"],
    ["a list", answer(200, []), "OAUTH_ANSWER"],
    ["nothing", answer(200, ""), "OAUTH_ANSWER"],
    ["no access token", answer(200, { token_type: "bearer" }), "OAUTH_ANSWER"],
    ["a token of another type", answer(200, { access_token: "a", token_type: "mac" }), "OAUTH_ANSWER"],
    ["a redirect", answer(302, ""), "OAUTH_ANSWER"],
    ["503", answer(503, "<html>", "text/html"), "OAUTH_BUSY"],
    ["429", answer(429, {}), "OAUTH_BUSY"],
    ["invalid_grant", answer(400, { error: "invalid_grant", error_description: "x\u001b[31m" }), "OAUTH_GRANT"],
    ["invalid_grant with 200", answer(200, { error: "invalid_grant" }), "OAUTH_GRANT"],
    ["invalid_client with 401", answer(401, { error: "invalid_client" }), "OAUTH_CLIENT"],
    ["invalid_scope", answer(400, { error: "invalid_scope" }), "OAUTH_SCOPE"],
    ["an error with characters of its own", answer(400, { error: "<script>" }), "OAUTH_ANSWER"],
  ])("that answers with %s", async (_what, given, code) => {
    const error: unknown = await refresh(always(given)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeywardError);
    expect(error).toMatchObject({ code });
    expect((error as KeywardError).message).toMatch(/^[\x20-\x3b\x3d-\x7e]+$/);
    expect((error as KeywardError).hint).toBeTruthy();
  });

  it.each([
    ["a number", 3_600, NOW_MS + 3_600_000],
    ["a number as text", "3600", NOW_MS + 3_600_000],
    ["words", "soon", null],
    ["zero", 0, null],
    ["less than nothing", -5, null],
    ["null", null, null],
    ["more than there are dates", 1e300, NOW_MS + 10 * 366 * 86_400_000],
    ["a list", [3_600], null],
  ])("whose expires_in is %s", async (_what, lifetime, expiresAtMs) => {
    const tokens = await refresh(always(answer(200, { access_token: "a", token_type: "Bearer", expires_in: lifetime })));
    expect(tokens.expiresAtMs).toBe(expiresAtMs);
  });

  it("that answers as a form, without a type, with nulls or 201 is understood", async () => {
    const form = answer(200, "access_token=a&scope=x%20y", "application/x-www-form-urlencoded; charset=utf-8");
    expect((await refresh(always(form))).scopes).toEqual(["x", "y"]);
    expect((await refresh(always(answer(201, { access_token: "a", refresh_token: null, scope: null })))).refreshToken).toBeNull();
  });

  it("that sends 10 MB is cut short", async () => {
    const upstream = await startTlsUpstream({
      hosts: ["hostile.test"],
      answer: { headers: { "content-type": "application/json" }, body: Buffer.alloc(10 << 20, 0x20) },
    });
    const error: unknown = await refresh(sendTo(upstream.port, upstream.authority.certificatePem)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "OAUTH_ANSWER", message: expect.stringContaining("64 KiB") as string });
    await upstream.close();
  });

  it("that is not https is never asked", async () => {
    const send = vi.fn<OAuthSend>();
    const plain = { ...endpoints, tokenUrl: "http://hostile.test/token" };
    const asked = refreshTokens({ endpoints: plain, client, refreshToken: new Secret("old"), context }, { send, clock });
    expect(await codeOf(asked)).not.toBe("nothing");
    expect(send).not.toHaveBeenCalled();
  });
});

describe("discovery", () => {
  const document = { issuer: ISSUER, token_endpoint: `${ISSUER}/token`, authorization_endpoint: `${ISSUER}/authorize` };
  const found = (change: object): Promise<OAuthEndpoints> =>
    discover({ issuer: ISSUER, hosts: ["tokens.hostile.test"], context }, always(answer(200, { ...document, ...change })));

  it.each([
    ["another issuer", { issuer: "https://evil.test" }],
    ["an issuer with a slash more", { issuer: `${ISSUER}/` }],
    ["a token endpoint elsewhere", { token_endpoint: "https://evil.test/token" }],
    ["a token endpoint on another port", { token_endpoint: "https://hostile.test:8443/token" }],
    ["a token endpoint without TLS", { token_endpoint: "http://hostile.test/token" }],
    ["no token endpoint", { token_endpoint: undefined }],
    ["a page that runs in the browser", { authorization_endpoint: "javascript:alert(1)" }],
  ])("refuses %s", async (_what, change) => {
    expect(await codeOf(found(change))).toBe("OAUTH_ANSWER");
  });

  it("takes the hosts it was told of", async () => {
    expect((await found({ token_endpoint: "https://tokens.hostile.test/t" })).tokenUrl).toBe("https://tokens.hostile.test/t");
  });
});

describe("the device flow", () => {
  const started = { device_code: "d", user_code: "AB-CD", verification_uri: "https://hostile.test/go", expires_in: "600" };
  async function run(answers: readonly (OAuthAnswer | Error)[], start: object = started) {
    const waits: number[] = [];
    const queue = [answer(200, start), ...answers];
    let nowMs = NOW_MS;
    const device = await startDevice(
      { endpoints, client, scopes: [], context },
      {
        send: () => {
          const next = queue.shift() ?? answer(400, { error: "authorization_pending" });
          return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
        },
        clock: { nowMs: () => nowMs },
        wait: (ms) => {
          waits.push(ms / 1_000);
          nowMs += ms;
          return Promise.resolve();
        },
      },
    );
    return { waits, code: await codeOf(device.poll()) };
  }
  const pending = answer(400, { error: "authorization_pending" });
  const done = answer(200, { access_token: "a", token_type: "bearer" });

  it("adds five seconds for each slow_down, for good", async () => {
    const slow = answer(400, { error: "slow_down" });
    expect((await run([pending, slow, pending, slow, done])).waits).toEqual([5, 5, 10, 10, 15]);
  });

  it("takes errors that come with status 200, and the server's own interval, also as text", async () => {
    const github = answer(200, { error: "authorization_pending" });
    expect((await run([github, done], { ...started, interval: "7" })).waits).toEqual([7, 7]);
    expect((await run([done], { ...started, interval: 0 })).waits).toEqual([5]);
  });

  it("slows down and goes on when the connection drops or the server is busy", async () => {
    const dropped = new KeywardError("UPSTREAM_BROKEN", "broke");
    expect(await run([dropped, answer(503, "", "text/html"), done])).toEqual({ waits: [5, 10, 20], code: "nothing" });
  });

  it("stops when it was denied or has expired", async () => {
    expect((await run([answer(400, { error: "access_denied" })])).code).toBe("OAUTH_DENIED");
    expect((await run([answer(400, { error: "expired_token" })])).code).toBe("LOGIN_EXPIRED");
    const { waits, code } = await run([], { ...started, expires_in: 12 });
    expect(code).toBe("LOGIN_EXPIRED");
    expect(waits).toEqual([5, 5, 2]);
  });

  it.each(["http://hostile.test/go", "javascript:alert(1)", "https://user@hostile.test/", "not an address"])(
    "shows no address %s",
    async (url) => {
      expect(await codeOf(run([done], { ...started, verification_uri: url }))).toBe("OAUTH_ANSWER");
    },
  );

  it("shows no code that could move the cursor", async () => {
    expect(await codeOf(run([done], { ...started, user_code: "A\u202eB" }))).toBe("OAUTH_ANSWER");
  });
});

describe("the redirect listener", () => {
  it("answers only the one path under its own name", async () => {
    const listener = await listenForRedirect({ host: "localhost", port: 0 });
    expect(listener.redirectUri).toMatch(/^http:\/\/localhost:\d+\/callback$/);
    const base = listener.redirectUri.replace("localhost", "127.0.0.1");
    expect((await fetch(base.replace("/callback", "/"))).status).toBe(404);
    expect((await fetch(`${base}?x=1`, { method: "POST" })).status).toBe(404);
    expect((await fetch(base)).status).toBe(404);
    const page = fetch(`${base}?state=1`);
    (await listener.arrived).respond(false);
    expect((await page).status).toBe(400);
    expect(await (await page).text()).not.toContain("state");
  });

  it("says that its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    expect(await codeOf(listenForRedirect({ host: "127.0.0.1", port: (other.address() as AddressInfo).port }))).toBe("PORT_TAKEN");
    other.close();
  });
});
