import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type AuthorizationRequest, prepareAuthorization } from "../../../src/oauth/authorization-code.ts";
import type { OAuthEndpoints } from "../../../src/oauth/endpoints.ts";
import { answer, clock, codeOf, context, idToken, scripted } from "../../support/oauth-answers.ts";

const issuer = "https://auth.acme.test";
const endpoints: OAuthEndpoints = {
  issuer,
  authorizationUrl: `${issuer}/authorize?audience=api`,
  tokenUrl: `${issuer}/token`,
  deviceAuthorizationUrl: null,
  revocationUrl: null,
  registrationUrl: null,
  sendsIssuer: false,
};
const tokens = { access_token: "access", token_type: "bearer" };

function prepare(change: Partial<AuthorizationRequest> = {}) {
  return prepareAuthorization({
    endpoints,
    client: { id: "app", secret: null, auth: "post" },
    scopes: ["read", "write"],
    scopeSeparator: " ",
    redirectUri: "http://127.0.0.1:4711/callback",
    pkce: true,
    extra: { access_type: "offline" },
    context,
    ...change,
  });
}
const parametersOf = (url: string): Record<string, string> => Object.fromEntries(new URL(url).searchParams);
const query = (values: Record<string, string>): URLSearchParams => new URLSearchParams(values);

describe("the address to open", () => {
  it("has everything the server needs, and keeps the query it had", async () => {
    const { url, state } = await prepare();
    expect(parametersOf(url)).toEqual({
      audience: "api",
      access_type: "offline",
      response_type: "code",
      client_id: "app",
      redirect_uri: "http://127.0.0.1:4711/callback",
      state,
      scope: "read write",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: "S256",
    });
  });

  it("has a state, a verifier and a nonce of its own every time", async () => {
    const [one, two] = await Promise.all([prepare({ scopes: ["openid"] }), prepare({ scopes: ["openid"] })]);
    for (const name of ["state", "code_challenge", "nonce"]) {
      expect(parametersOf(one.url)[name]).not.toBe(parametersOf(two.url)[name]);
      expect(parametersOf(one.url)[name]?.length).toBeGreaterThan(30);
    }
  });

  it("has a nonce with the scope openid only, and not for a server that gives none back", async () => {
    expect(parametersOf((await prepare()).url)["nonce"]).toBeUndefined();
    expect(parametersOf((await prepare({ scopes: ["openid"], nonce: false })).url)["nonce"]).toBeUndefined();
  });

  it("names the API the tokens are for, and no challenge for a server that refuses one", async () => {
    const { url } = await prepare({ endpoints: { ...endpoints, resource: "https://mcp.acme.test/mcp" }, pkce: false, scopeSeparator: "," });
    expect(parametersOf(url)).toMatchObject({ resource: "https://mcp.acme.test/mcp", scope: "read,write" });
    expect(parametersOf(url)["code_challenge"]).toBeUndefined();
  });

  it("is not there for a server without a page", async () => {
    expect(await codeOf(prepare({ endpoints: { ...endpoints, authorizationUrl: null } }))).toBe("OAUTH_UNSUPPORTED");
  });
});

describe("the answer", () => {
  it("is traded once, with the verifier that fits the challenge", async () => {
    const prepared = await prepare({ endpoints: { ...endpoints, resource: "https://mcp.acme.test/mcp" } });
    const server = scripted([answer(200, tokens)]);
    const given = query({ code: "c", state: prepared.state });
    const got = await prepared.redeem(given, { send: server.send, clock });
    expect(got.accessToken.reveal()).toBe("access");
    const sent = server.sent();
    expect(sent).toMatchObject({
      grant_type: "authorization_code",
      code: "c",
      redirect_uri: "http://127.0.0.1:4711/callback",
      client_id: "app",
      resource: "https://mcp.acme.test/mcp",
    });
    const challenge = createHash("sha256")
      .update(sent["code_verifier"] ?? "")
      .digest("base64url");
    expect(parametersOf(prepared.url)["code_challenge"]).toBe(challenge);
    expect(await codeOf(prepared.redeem(given, { send: server.send, clock }))).toBe("OAUTH_MISMATCH");
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, (state: string) => Record<string, string>, boolean, string]>([
    ["another state", () => ({ code: "c", state: "other" }), false, "OAUTH_MISMATCH"],
    ["an error with another state", () => ({ error: "access_denied", state: "other" }), false, "OAUTH_MISMATCH"],
    ["another issuer", (state) => ({ code: "c", state, iss: "https://evil.test" }), false, "OAUTH_MISMATCH"],
    ["no issuer where the server promised one", (state) => ({ code: "c", state }), true, "OAUTH_MISMATCH"],
    ["access_denied", (state) => ({ error: "access_denied", state }), false, "OAUTH_DENIED"],
    ["invalid_scope", (state) => ({ error: "invalid_scope", state }), false, "OAUTH_SCOPE"],
    ["unauthorized_client", (state) => ({ error: "unauthorized_client", state }), false, "OAUTH_CLIENT"],
    ["temporarily_unavailable", (state) => ({ error: "temporarily_unavailable", state }), false, "OAUTH_BUSY"],
    ["an error of its own", (state) => ({ error: "no_way", state }), false, "OAUTH_ANSWER"],
    ["neither a code nor an error", (state) => ({ state }), false, "OAUTH_ANSWER"],
  ])("with %s sends nothing", async (_what, make, sendsIssuer, code) => {
    const prepared = await prepare({ endpoints: { ...endpoints, sendsIssuer } });
    const server = scripted([answer(200, tokens)]);
    expect(await codeOf(prepared.redeem(query(make(prepared.state)), { send: server.send, clock }))).toBe(code);
    expect(server.requests).toHaveLength(0);
  });

  it("needs an id token that belongs to it, where it came with one", async () => {
    for (const [nonce, code] of [
      ["own", "nothing"],
      ["of another login", "OAUTH_MISMATCH"],
    ] as const) {
      const prepared = await prepare({ scopes: ["openid"] });
      const sent = parametersOf(prepared.url)["nonce"];
      const claims = { iss: issuer, aud: "app", nonce: nonce === "own" ? sent : nonce };
      const server = scripted([answer(200, { ...tokens, id_token: idToken(claims) })]);
      expect(await codeOf(prepared.redeem(query({ code: "c", state: prepared.state }), { send: server.send, clock }))).toBe(code);
    }
  });

  it("of a server whose issuer is not known may have any", async () => {
    const prepared = await prepare({ endpoints: { ...endpoints, issuer: null } });
    const server = scripted([answer(200, tokens)]);
    const given = query({ code: "c", state: prepared.state, iss: "https://anything.test" });
    expect(await codeOf(prepared.redeem(given, { send: server.send, clock }))).toBe("nothing");
  });
});
