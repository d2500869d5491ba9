// The hub as an authorization server, over real sockets: forms in, the RFCs' words out.
// In: a rig. Out: metadata, refusals, refresh, revocation and introspection.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEVICE_GRANT } from "../../../../src/hub/http/oauth-endpoints.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

describe("the OAuth endpoints", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const post = (path: string, fields: Record<string, string> | string, token?: string) =>
    rig.call("POST", path, {
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      ...(token === undefined ? {} : { token }),
    });
  const loggedIn = async () => (await rig.person(await rig.tenant(), "owner")).tokens;

  it("describe themselves, and begin a login with what a program needs", async () => {
    const { body: about } = await rig.call("GET", "/.well-known/oauth-authorization-server");
    expect(about).toMatchObject({ token_endpoint: `${about.issuer}/oauth/token`, grant_types_supported: [DEVICE_GRANT, "refresh_token"] });
    const { status, body } = await post("/oauth/device_authorization", { client_id: "keyward-cli", host_name: "<b>laptop" });
    expect([status, body.expires_in, body.interval]).toEqual([200, 600, 5]);
    expect(body.verification_uri_complete).toBe(`${about.issuer}/device?user_code=${body.user_code}`);
  });

  it.each([
    ["/oauth/device_authorization", { client_id: "a b" }, "invalid_client"],
    ["/oauth/device_authorization", { client_id: "keyward-cli", scope: "no:such" }, "invalid_scope"],
    ["/oauth/device_authorization", "client_id=a&client_id=b", "invalid_request"],
    ["/oauth/token", { grant_type: "password", client_id: "keyward-cli" }, "unsupported_grant_type"],
    ["/oauth/token", { grant_type: DEVICE_GRANT, client_id: "keyward-cli", device_code: "x" }, "invalid_grant"],
    ["/oauth/token", { grant_type: "refresh_token", refresh_token: "x" }, "invalid_grant"],
  ])("refuse at %s the form %j with %s", async (path, fields, word) => {
    const { status, body } = await post(path, fields);
    expect([status, body.error]).toEqual([400, word]);
  });

  it.each([
    ["GET", "/oauth/token", "POST"],
    ["PUT", "/oauth/revoke", "POST"],
    ["GET", "/device/decide", "POST"],
    ["DELETE", "/sign-in", "GET, POST"],
    ["POST", "/readyz", "GET"],
    ["POST", "/.well-known/oauth-authorization-server", "GET"],
  ])("say to %s %s which methods there are", async (method, path, allow) => {
    const answer = await rig.call(method, path);
    expect([answer.status, answer.headers.get("allow"), answer.body.error.code]).toEqual([405, allow, "HUB_METHOD"]);
    expect((await rig.call(method, `${path}/nothing`)).status).toBe(404);
  });

  it("take a form and nothing else", async () => {
    const { status, body } = await rig.call("POST", "/oauth/token", { body: { grant_type: "refresh_token" } });
    expect([status, body.error]).toEqual([400, "invalid_request"]);
  });

  it("refresh a session, and end it when its token is revoked", async () => {
    const { refreshToken, session } = await loggedIn();
    const { body } = await post("/oauth/token", { grant_type: "refresh_token", refresh_token: refreshToken });
    expect(body).toMatchObject({ token_type: "Bearer", session_id: session.session_id, workspace: { slug: "main" } });
    expect((await rig.call("GET", "/v1/me", { token: body.access_token })).status).toBe(200);
    expect((await post("/oauth/revoke", { token: body.access_token })).status).toBe(200);
    expect((await rig.call("GET", "/v1/me", { token: body.access_token })).status).toBe(401);
    expect((await post("/oauth/revoke", { token: "unknown" })).status).toBe(200);
  });

  it("tell a caller about tokens of its own tenant, and nobody about those of others", async () => {
    const [own, foreign] = [await loggedIn(), await loggedIn()];
    const asked = await post("/oauth/introspect", { token: own.accessToken }, own.accessToken);
    expect(asked.body).toMatchObject({ active: true, kind: "session", sub: own.session.session_id });
    for (const token of [foreign.accessToken, "unknown"])
      expect((await post("/oauth/introspect", { token }, own.accessToken)).body).toEqual({ active: false });
    expect((await post("/oauth/introspect", { token: own.accessToken })).status).toBe(401);
  });
});
