import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { type Revocation, revokeToken } from "../../../src/oauth/revoke-token.ts";
import type { OAuthRequest } from "../../../src/oauth/send.ts";

const revocation: Revocation = {
  endpoints: {
    issuer: null,
    authorizationUrl: null,
    tokenUrl: "https://auth.test/token",
    deviceAuthorizationUrl: null,
    revocationUrl: "https://auth.test/revoke",
    registrationUrl: null,
    sendsIssuer: false,
  },
  client: { id: "app", secret: null, auth: "post" },
  token: new Secret("t-1"),
  kind: "refresh_token",
  context: { name: "Test", again: "keyward login test" },
};

function answering(status: number, body = "", type = "application/json", headers: readonly string[] = []) {
  const sent: OAuthRequest[] = [];
  const send = (request: OAuthRequest) => {
    sent.push(request);
    return Promise.resolve({ status, headers: ["Content-Type", type, ...headers], body: Buffer.from(body), isCut: false });
  };
  return { sent, revoke: (kind: Revocation["kind"] = "refresh_token") => revokeToken({ ...revocation, kind }, send) };
}

describe("a revocation", () => {
  it.each(["refresh_token", "access_token"] as const)("says that it is about a %s (RFC 7009 §2.1)", async (kind) => {
    const { sent, revoke } = answering(200);
    expect(await revoke(kind)).toBe("ended");
    expect(sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual(["POST https://auth.test/revoke"]);
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body ?? ""))).toEqual({ token: "t-1", token_type_hint: kind, client_id: "app" });
  });

  it.each([
    ["an empty 200", 200, "", "application/json"],
    ["204", 204, "", ""],
    ["202", 202, "", ""],
    ["a page", 200, "<html>done</html>", "text/html"],
    ["a word", 200, "OK", "text/plain"],
    ["JSON that means nothing", 200, '{"error":"none"}', "application/json"],
    ["that the token is over already", 400, '{"error":"invalid_token"}', "application/json"],
  ])("answered with %s has ended the token", async (_what, status, body, type) => {
    expect(await answering(status, body, type).revoke()).toBe("ended");
  });

  it("of a kind that the server does not end is no failure (§2.2.1)", async () => {
    expect(await answering(400, '{"error":"unsupported_token_type"}').revoke()).toBe("unsupported");
  });

  it.each([
    [503, "", "text/html", "OAUTH_BUSY"],
    [401, '{"error":"invalid_client"}', "application/json", "OAUTH_CLIENT"],
    [302, "", "text/html", "OAUTH_ANSWER"],
    [404, "<html>", "text/html", "OAUTH_ANSWER"],
    [400, '{"error":"of its own"}', "application/json", "OAUTH_ANSWER"],
  ])("answered with %d %s may have ended nothing", async (status, body, type, code) => {
    await expect(answering(status, body, type).revoke()).rejects.toMatchObject({ code });
  });

  it("by a busy server says when to try again", async () => {
    const error: unknown = await answering(503, "", "text/html", ["Retry-After", "30"])
      .revoke()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ hint: "try again in 30 s", detail: { host: "auth.test", status: 503, retryAfterS: 30 } });
  });
});
