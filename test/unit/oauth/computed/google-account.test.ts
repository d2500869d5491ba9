import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { googleServiceAccount } from "../../../../src/oauth/computed/google-account.ts";
import { startTokenEndpoint, type Told, type TokenEndpoint } from "../../../support/token-endpoint.ts";
import { context, failure, openJwt, PEM } from "./keys.ts";

const TOKEN_URL = "https://oauth2.googleapis.com/token";
let endpoint: TokenEndpoint;
let told: Told;
beforeAll(async () => {
  endpoint = await startTokenEndpoint(["oauth2.googleapis.com"], ({ form }) => {
    openJwt(form.get("assertion") ?? "");
    return told;
  });
});
afterAll(() => endpoint.close());

const file = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    type: "service_account",
    client_email: "bot@project.iam.gserviceaccount.com",
    private_key_id: "key-1",
    private_key: PEM,
    token_uri: TOKEN_URL,
    ...changes,
  });
const read = (text: string, more: Record<string, string> = {}) =>
  googleServiceAccount.read({ key_file: text, scopes: "a b", ...more }, context);
const obtain = (more: Record<string, string> = {}) => {
  const source = { flow: "service-account", values: read(file(), more) } as const;
  const request = { source, tokenUrl: TOKEN_URL, refreshUrl: null, context: { name: "Google", again: "keyward login google" } };
  return googleServiceAccount.obtain(request, { send: endpoint.send, clock: { nowMs: () => Date.now() } });
};

describe("an access token of a service account", () => {
  it("is granted for a signed assertion (RFC 7523)", async () => {
    told = { json: { access_token: "ya29.made", expires_in: 3_599, token_type: "Bearer" } };
    const { accessToken, expiresAtMs } = await obtain();
    expect(accessToken.reveal()).toBe("ya29.made");
    expect(Math.abs((expiresAtMs ?? 0) - Date.now() - 3_599_000)).toBeLessThan(60_000);
    const { form } = endpoint.requests.at(-1)!;
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const { header, claims } = openJwt(form.get("assertion") ?? "");
    expect(header).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    expect(claims).toMatchObject({ iss: "bot@project.iam.gserviceaccount.com", scope: "a b", aud: TOKEN_URL });
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(3_600);
    expect(claims).not.toHaveProperty("sub");
  });

  it("can be one for a user of the domain", async () => {
    await obtain({ subject: "me@acme.test" });
    expect(openJwt(endpoint.requests.at(-1)!.form.get("assertion") ?? "").claims["sub"]).toBe("me@acme.test");
  });

  it.each([
    [400, { error: "invalid_grant" }, "OAUTH_CLIENT"],
    [400, { error: "invalid_scope" }, "OAUTH_SCOPE"],
    [401, { error: "unauthorized_client" }, "OAUTH_DENIED"],
    [429, {}, "OAUTH_BUSY"],
    [200, { token_type: "Bearer" }, "OAUTH_ANSWER"],
  ])("does not come with %i %j", async (status, json, code) => {
    told = { status, json };
    expect((await failure(() => obtain())).code).toBe(code);
  });
});

describe("the key file", () => {
  it.each([
    ["that is empty", " ", /no key file/],
    ["that is a PEM", PEM, /not JSON/],
    ["of an OAuth client", JSON.stringify({ installed: { client_id: "x" } }), /OAuth client/],
    ["of a user", JSON.stringify({ type: "authorized_user", refresh_token: "x" }), /user's own credential/],
    ["of another kind", JSON.stringify({ type: "external_account" }), /not the key of a service account/],
    ["without an address", file({ client_email: undefined }), /client_email/],
    ["without a key", file({ private_key: undefined }), /private_key/],
    ["with a broken key", file({ private_key: "x" }), /not a PEM/],
    ["that names another token address", file({ token_uri: "https://evil.test/token" }), /token_uri/],
  ])("%s is refused in one line", async (_what, text, message) => {
    const refused = await failure(() => read(text));
    expect(refused.field).toBe("key_file");
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain("\n");
  });

  it("wants an e-mail address as the user to act for", async () => {
    expect((await failure(() => read(file(), { subject: "me" }))).field).toBe("subject");
  });
});
