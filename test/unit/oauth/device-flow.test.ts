import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import { startDevice } from "../../../src/oauth/device-flow.ts";
import type { OAuthAnswer } from "../../../src/oauth/send.ts";
import { answer, codeOf, context, NOW_MS, scripted } from "../../support/oauth-answers.ts";

const issuer = "https://auth.acme.test";
const endpoints = {
  issuer,
  authorizationUrl: null,
  tokenUrl: `${issuer}/token`,
  deviceAuthorizationUrl: `${issuer}/device`,
  revocationUrl: null,
  registrationUrl: null,
  sendsIssuer: false,
};
const started = { device_code: "d", user_code: "AB-CD", verification_uri: `${issuer}/go`, expires_in: 600 };
const pending = answer(400, { error: "authorization_pending" });
const slow = answer(400, { error: "slow_down" });
const done = answer(200, { access_token: "a", token_type: "bearer" });
const dropped = new KeywardError("UPSTREAM_BROKEN", "broke");

/** Runs the whole flow on a clock that waiting moves; the last answer is given for ever. */
async function run(answers: readonly (OAuthAnswer | Error)[], start: object = {}) {
  const server = scripted([answer(200, { ...started, ...start }), ...answers]);
  const waits: number[] = [];
  let nowMs = NOW_MS;
  const wait = (ms: number): Promise<void> => {
    waits.push(ms / 1_000);
    nowMs += ms;
    return Promise.resolve();
  };
  const request = { endpoints, client: { id: "app", secret: null, auth: "post" } as const, scopes: ["a", "b"], context };
  const device = await startDevice(request, { send: server.send, clock: { nowMs: () => nowMs }, wait });
  return { waits, server, device, code: await codeOf(device.poll()) };
}

describe("the device flow", () => {
  it("asks for a code and shows what the server gave", async () => {
    const { device, server } = await run([done], { verification_uri_complete: `${issuer}/go?code=AB-CD` });
    expect(server.sent(0)).toEqual({ client_id: "app", scope: "a b" });
    expect(device).toMatchObject({ userCode: "AB-CD", verificationUrl: `${issuer}/go`, completeUrl: `${issuer}/go?code=AB-CD` });
    expect(device.expiresAtMs).toBe(NOW_MS + 600_000);
    expect(server.sent(1)).toMatchObject({ device_code: "d", grant_type: "urn:ietf:params:oauth:grant-type:device_code" });
  });

  it("waits five seconds between questions where the server says nothing", async () => {
    expect((await run([pending, pending, done])).waits).toEqual([5, 5, 5]);
  });

  it.each([
    [7, 7],
    ["7", 7],
    [1, 1],
    [0.2, 1],
    [0, 5],
    [-3, 5],
    ["soon", 5],
    [null, 5],
  ])("an interval of %j is %i seconds", async (interval, seconds) => {
    expect((await run([done], { interval })).waits).toEqual([seconds]);
  });

  it("adds five seconds for each slow_down, for good", async () => {
    expect((await run([pending, slow, pending, slow, done])).waits).toEqual([5, 5, 10, 10, 15]);
  });

  it("takes errors that come with status 200", async () => {
    expect(await run([answer(200, { error: "authorization_pending" }), done])).toMatchObject({ waits: [5, 5], code: "nothing" });
  });

  it("slows down and goes on when the connection drops, nobody answers in time or the server is busy", async () => {
    const late = new KeywardError("UPSTREAM_TIMEOUT", "late");
    expect(await run([dropped, late, answer(503, "<html>", "text/html"), answer(429, {}), done])).toMatchObject({
      waits: [5, 10, 20, 40, 60],
      code: "nothing",
    });
  });

  it("goes on until the code has run out, and no longer", async () => {
    expect(await run([dropped], { expires_in: "60" })).toMatchObject({ waits: [5, 10, 20, 25], code: "LOGIN_EXPIRED" });
    expect(await run([pending], { expires_in: 12 })).toMatchObject({ waits: [5, 5, 2], code: "LOGIN_EXPIRED" });
  });

  it.each<[string, OAuthAnswer, string]>([
    ["denied", answer(400, { error: "access_denied" }), "OAUTH_DENIED"],
    ["expired", answer(400, { error: "expired_token" }), "LOGIN_EXPIRED"],
    ["a client it does not know", answer(401, { error: "invalid_client" }), "OAUTH_CLIENT"],
    ["a code it does not know", answer(400, { error: "invalid_grant" }), "OAUTH_GRANT"],
    ["a page", answer(404, "<html>", "text/html"), "OAUTH_ANSWER"],
  ])("ends when the answer is %s", async (_what, given, code) => {
    expect(await run([pending, given])).toMatchObject({ waits: [5, 5], code });
  });

  it.each(["http://auth.acme.test/go", "javascript:alert(1)", "https://user@auth.acme.test/", "not an address", ""])(
    "shows no address %j",
    async (url) => {
      expect(await codeOf(run([done], { verification_uri: url }))).toBe("OAUTH_ANSWER");
      expect(await codeOf(run([done], { verification_uri_complete: url === "" ? "x" : url }))).toBe("OAUTH_ANSWER");
    },
  );

  it.each(["A\u202eB", "A\nB", "\u001b[2J", "x".repeat(65), " AB", ""])("shows no code %j", async (code) => {
    expect(await codeOf(run([done], { user_code: code }))).toBe("OAUTH_ANSWER");
  });

  it("is not there for a server without it", async () => {
    const request = {
      endpoints: { ...endpoints, deviceAuthorizationUrl: null },
      client: { id: "app", secret: null, auth: "post" } as const,
    };
    const ports = { send: scripted([]).send, clock: { nowMs: () => NOW_MS }, wait: () => Promise.resolve() };
    expect(await codeOf(startDevice({ ...request, scopes: [], context }, ports))).toBe("OAUTH_UNSUPPORTED");
  });
});
