import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { discover } from "../../../../src/oauth/metadata/discover.ts";
import type { OAuthAnswer } from "../../../../src/oauth/send.ts";
import { answer, codeOf, context, scripted } from "../../../support/oauth-answers.ts";

const issuer = "https://auth.acme.test";
const document = { issuer, token_endpoint: `${issuer}/token`, authorization_endpoint: `${issuer}/authorize` };
const OAUTH = "/.well-known/oauth-authorization-server";
const OIDC = "/.well-known/openid-configuration";
const ask = (answers: Record<string, OAuthAnswer>, change: { readonly issuer?: string; readonly hosts?: readonly string[] } = {}) => {
  const server = scripted(answers);
  return { server, found: discover({ issuer, hosts: [], context, ...change }, server.send) };
};
const told = (change: object, hosts: readonly string[] = []) => ask({ [OAUTH]: answer(200, { ...document, ...change }) }, { hosts }).found;

describe("discovery", () => {
  it("takes every address of the document, and what it promises", async () => {
    const all = {
      device_authorization_endpoint: `${issuer}/device`,
      revocation_endpoint: `${issuer}/revoke`,
      registration_endpoint: `${issuer}/register`,
      authorization_response_iss_parameter_supported: true,
    };
    expect(await told(all)).toEqual({
      issuer,
      tokenUrl: `${issuer}/token`,
      authorizationUrl: `${issuer}/authorize`,
      deviceAuthorizationUrl: `${issuer}/device`,
      revocationUrl: `${issuer}/revoke`,
      registrationUrl: `${issuer}/register`,
      sendsIssuer: true,
    });
    expect(await told({})).toMatchObject({ deviceAuthorizationUrl: null, registrationUrl: null, sendsIssuer: false });
  });

  it("asks OpenID Connect's document where the other is not, or is a page", async () => {
    for (const first of [answer(404, ""), answer(200, "<html>", "text/html"), answer(403, "")]) {
      const { server, found } = ask({ [OAUTH]: first, [OIDC]: answer(200, document) });
      expect((await found).tokenUrl).toBe(`${issuer}/token`);
      expect(server.requests.map(({ url }) => url.pathname)).toEqual([OAUTH, OIDC]);
    }
  });

  it("puts the well-known part before the issuer's path, and OpenID's behind it", async () => {
    const own = `${issuer}/tenant`;
    const { server, found } = ask({ [`/tenant${OIDC}`]: answer(200, { ...document, issuer: own }) }, { issuer: own });
    expect((await found).issuer).toBe(own);
    expect(server.requests.map(({ url }) => url.pathname)).toEqual([`${OAUTH}/tenant`, `/tenant${OIDC}`]);
  });

  it.each<[string, object]>([
    ["another issuer", { issuer: "https://evil.test" }],
    ["an issuer with a slash more", { issuer: `${issuer}/` }],
    ["an issuer in capitals", { issuer: "https://AUTH.acme.test" }],
    ["no issuer", { issuer: undefined }],
    ["a token endpoint elsewhere", { token_endpoint: "https://evil.test/token" }],
    ["a token endpoint on another port", { token_endpoint: "https://auth.acme.test:8443/token" }],
    ["a token endpoint without TLS", { token_endpoint: "http://auth.acme.test/token" }],
    ["a token endpoint with a user", { token_endpoint: "https://u:p@auth.acme.test/token" }],
    ["no token endpoint", { token_endpoint: undefined }],
    ["a page that runs in the browser", { authorization_endpoint: "javascript:alert(1)" }],
    ["a registration elsewhere", { registration_endpoint: "https://evil.test/register" }],
    ["a revocation elsewhere", { revocation_endpoint: "https://evil.test/revoke" }],
  ])("refuses %s", async (_what, change) => {
    expect(await codeOf(told(change))).toBe("OAUTH_ANSWER");
  });

  it("takes the hosts it was told of", async () => {
    const token_endpoint = "https://tokens.acme.test/t";
    expect((await told({ token_endpoint }, ["tokens.acme.test"])).tokenUrl).toBe(token_endpoint);
  });

  it("says when there is nothing, and when nobody answers or is busy", async () => {
    expect(await codeOf(ask({}).found)).toBe("OAUTH_ANSWER");
    expect(await codeOf(ask({ [OAUTH]: answer(503, "") }).found)).toBe("OAUTH_BUSY");
    const gone = scripted([new KeywardError("UPSTREAM_UNREACHABLE", "gone")]);
    expect(await codeOf(discover({ issuer, hosts: [], context }, gone.send))).toBe("UPSTREAM_UNREACHABLE");
    expect(gone.requests).toHaveLength(1);
  });
});
