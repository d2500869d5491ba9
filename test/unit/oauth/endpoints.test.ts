import { expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { type OAuthEndpoints, resourceOf, toClientAuth, toServer } from "../../../src/oauth/endpoints.ts";

const endpoints: OAuthEndpoints = {
  issuer: null,
  authorizationUrl: null,
  tokenUrl: "https://auth.acme.test/token",
  deviceAuthorizationUrl: null,
  revocationUrl: null,
  registrationUrl: null,
  sendsIssuer: true,
};

it("names only the addresses there are, and promises an issuer only when it is known", () => {
  expect(toServer(endpoints)).toEqual({
    issuer: "https://auth.acme.test",
    token_endpoint: endpoints.tokenUrl,
    authorization_response_iss_parameter_supported: false,
  });
  const issuer = "https://acme.test";
  expect(
    toServer({
      ...endpoints,
      issuer,
      authorizationUrl: `${issuer}/a`,
      revocationUrl: `${issuer}/r`,
      deviceAuthorizationUrl: `${issuer}/d`,
    }),
  ).toEqual({
    issuer,
    token_endpoint: endpoints.tokenUrl,
    authorization_endpoint: `${issuer}/a`,
    device_authorization_endpoint: `${issuer}/d`,
    revocation_endpoint: `${issuer}/r`,
    authorization_response_iss_parameter_supported: true,
  });
});

it("names the API only when there is one", () => {
  expect(resourceOf(endpoints)).toEqual({});
  expect(resourceOf({ ...endpoints, resource: "https://mcp.acme.test" })).toEqual({ resource: "https://mcp.acme.test" });
});

it.each([
  ["post", "s3", { body: "client_id=app&client_secret=s3", head: null }],
  ["basic", "s3", { body: "", head: `Basic ${btoa("app:s3")}` }],
  ["post", null, { body: "client_id=app", head: null }],
  ["basic", null, { body: "client_id=app", head: null }],
] as const)("a client that shows its secret by %s: %s", async (auth, secret, expected) => {
  const body = new URLSearchParams();
  const headers = new Headers();
  const client = { id: "app", secret: secret === null ? null : new Secret(secret), auth };
  await toClientAuth(client)(toServer(endpoints), { client_id: "app" }, body, headers);
  expect({ body: body.toString(), head: headers.get("authorization") }).toEqual(expected);
});
