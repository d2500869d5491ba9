import { expect, it } from "vitest";
import { registerClient } from "../../../../src/oauth/metadata/register-client.ts";
import { answer, codeOf, context, scripted } from "../../../support/oauth-answers.ts";

const endpoints = {
  issuer: "https://auth.acme.test",
  authorizationUrl: "https://auth.acme.test/authorize",
  tokenUrl: "https://auth.acme.test/token",
  deviceAuthorizationUrl: null,
  revocationUrl: null,
  registrationUrl: "https://auth.acme.test/register",
  sendsIssuer: false,
};
const redirectUri = "http://127.0.0.1:4711/callback";
const register = (server: ReturnType<typeof scripted>, uri: string | null = redirectUri) =>
  registerClient({ endpoints, redirectUri: uri, scopes: ["read"], context }, server.send);
const bodyOf = (server: ReturnType<typeof scripted>): unknown => JSON.parse(server.requests[0]?.body ?? "null");

it("asks for a public native client of the one redirect address", async () => {
  const server = scripted([answer(201, { client_id: "c1" })]);
  expect(await register(server)).toEqual({ id: "c1", secret: null, auth: "post" });
  expect(bodyOf(server)).toEqual({
    client_name: "keyward",
    application_type: "native",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    redirect_uris: [redirectUri],
    scope: "read",
  });
});

it("asks for the device grant without one", async () => {
  const server = scripted([answer(201, { client_id: "c1" })]);
  await register(server, null);
  expect(bodyOf(server)).toMatchObject({
    redirect_uris: [],
    response_types: [],
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
  });
});

it("takes the secret that a server insists on, and the way to show it", async () => {
  const server = scripted([answer(201, { client_id: "c1", client_secret: "s3", token_endpoint_auth_method: "client_secret_basic" })]);
  const client = await register(server);
  expect([client.secret?.reveal(), client.auth]).toEqual(["s3", "basic"]);
});

it("takes 200 for 201", async () => {
  expect((await register(scripted([answer(200, { client_id: "c1" })]))).id).toBe("c1");
});

it.each([
  ["invalid_redirect_uri", answer(400, { error: "invalid_redirect_uri" }), "OAUTH_ANSWER"],
  ["no client id", answer(201, {}), "OAUTH_ANSWER"],
  ["a client id that is no text", answer(201, { client_id: 7 }), "OAUTH_ANSWER"],
  ["a page", answer(200, "<html>", "text/html"), "OAUTH_ANSWER"],
  ["403", answer(403, "", "text/html"), "OAUTH_ANSWER"],
  ["503", answer(503, ""), "OAUTH_BUSY"],
])("refuses %s", async (_what, given, code) => {
  expect(await codeOf(register(scripted([given])))).toBe(code);
});
