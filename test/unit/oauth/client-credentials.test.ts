import { expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { type ClientGrant, grantToClient } from "../../../src/oauth/client-credentials.ts";
import { answer, clock, codeOf, context, headerOf, NOW_MS, scripted } from "../../support/oauth-answers.ts";

const endpoints = {
  issuer: null,
  authorizationUrl: null,
  tokenUrl: "https://auth.acme.test/token",
  deviceAuthorizationUrl: null,
  revocationUrl: null,
  registrationUrl: null,
  sendsIssuer: false,
};
const grant: ClientGrant = { endpoints, client: { id: "app", secret: new Secret("s3"), auth: "post" }, scopes: ["a", "b"], context };

it("asks with the client's secret and scopes, and keeps no refresh token", async () => {
  const server = scripted([answer(200, { access_token: "t", token_type: "Bearer", expires_in: "60", refresh_token: "r" })]);
  const tokens = await grantToClient(grant, { send: server.send, clock });
  expect(server.sent()).toEqual({ grant_type: "client_credentials", scope: "a b", client_id: "app", client_secret: "s3" });
  expect(tokens).toMatchObject({ refreshToken: null, expiresAtMs: NOW_MS + 60_000 });
  expect(tokens.accessToken.reveal()).toBe("t");
});

it("shows the secret in the head where the server wants that, and sends no scope when there is none", async () => {
  const server = scripted([answer(200, { access_token: "t" })]);
  await grantToClient({ ...grant, client: { ...grant.client, auth: "basic" }, scopes: [] }, { send: server.send, clock });
  expect(headerOf(server.requests[0], "authorization")).toBe(`Basic ${Buffer.from("app:s3").toString("base64")}`);
  expect(server.sent()).toEqual({ grant_type: "client_credentials" });
});

it.each([
  ["invalid_client", "OAUTH_CLIENT"],
  ["unauthorized_client", "OAUTH_CLIENT"],
  ["invalid_scope", "OAUTH_SCOPE"],
])("says what %s means", async (error, code) => {
  const { send } = scripted([answer(401, { error })]);
  expect(await codeOf(grantToClient(grant, { send, clock }))).toBe(code);
});
