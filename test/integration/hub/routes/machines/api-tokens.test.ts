// /v1/api_tokens over real sockets: made once, listed without its value, rotated, revoked, refused at once; on both engines.
import { expect, it } from "vitest";
import { kindOf } from "../../../../../src/core/shapes/hub-token.ts";
import { newDeviceKeyPair } from "../../../../../src/hub/keys/seal-to-device.ts";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("API tokens", (rig) => {
  const owner = async () => {
    const place = await rig().tenant();
    const person = await rig().person(place, "owner");
    return { place, token: person.tokens.accessToken };
  };

  it("are shown once, work, and stop with the next request after they are revoked", async () => {
    const { token } = await owner();
    const made = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI", scopes: ["connections:read"] } });
    expect(made.status).toBe(201);
    expect(kindOf(made.body.token)).toBe("pat");
    const me = await rig().call("GET", "/v1/me", { token: made.body.token });
    expect(me.body).toMatchObject({ kind: "api_token", user: null, scopes: ["connections:read"], workspace: { slug: "main" } });
    const list = await rig().call("GET", "/v1/api_tokens", { token });
    expect(list.body.data).toHaveLength(1);
    expect(JSON.stringify(list.body)).not.toContain(made.body.token);
    expect(list.body.data[0].prefix).toBe(made.body.token.slice(0, 12));
    expect((await rig().call("DELETE", `/v1/api_tokens/${made.body.id}`, { token })).status).toBe(204);
    expect((await rig().call("GET", "/v1/me", { token: made.body.token })).status).toBe(401);
    expect((await rig().call("DELETE", `/v1/api_tokens/${made.body.id}`, { token })).status).toBe(404);
  });

  it("are rotated at once or with an overlap that ends", async () => {
    const { token } = await owner();
    const made = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" } });
    const next = await rig().call("POST", `/v1/api_tokens/${made.body.id}:rotate`, { token, body: {} });
    expect(next.body).toMatchObject({ name: "CI", rotated_from: made.body.id });
    expect((await rig().call("GET", "/v1/me", { token: made.body.token })).status).toBe(401);
    const later = await rig().call("POST", `/v1/api_tokens/${next.body.id}:rotate`, { token, body: { overlap_seconds: 60 } });
    expect((await rig().call("GET", "/v1/me", { token: next.body.token })).status).toBe(200);
    expect((await rig().call("GET", "/v1/me", { token: later.body.token })).status).toBe(200);
    expect((await rig().call("POST", `/v1/api_tokens/${next.body.id}:rotate`, { token, body: {} })).status).toBe(409);
  });

  it("tell who waits with one of them of the end that a rotation gave it", async () => {
    const { token } = await owner();
    await rig().call("POST", "/v1/secrets", { token, body: { name: "KEY", value: "x" } });
    const made = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "fleet", scopes: ["sync:pull"] } });
    const headers = { "x-keyward-public-key": newDeviceKeyPair().publicKey };
    const sync = (query: string) => rig().call("GET", `/v1/sync${query}`, { token: made.body.token, headers });
    const first = await sync("");
    expect(first.body.expires_at).toBeNull();
    const waiting = sync(`?after=${first.body.rev}&wait=20`);
    const rotated = await rig().call("POST", `/v1/api_tokens/${made.body.id}:rotate`, { token, body: { overlap_seconds: 60 } });
    expect(rotated.status).toBe(201);
    const told = await waiting;
    expect(told.status).toBe(200);
    expect(told.body.expires_at - told.body.server_time).toBeGreaterThan(0);
    expect(told.body.expires_at - told.body.server_time).toBeLessThanOrEqual(60);
  });

  it("are not shown by a rotation to who could not have made them", async () => {
    const { token } = await owner();
    const wide = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "wide", scopes: ["secrets:access"] } });
    const narrow = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "narrow", scopes: ["tokens:admin"] } });
    const rotate = (id: string) => rig().call("POST", `/v1/api_tokens/${id}:rotate`, { token: narrow.body.token, body: {} });
    const refused = await rotate(wide.body.id);
    expect([refused.status, refused.body.error.code]).toEqual([403, "HUB_FORBIDDEN"]);
    expect((await rig().call("GET", "/v1/me", { token: wide.body.token })).status).toBe(200);
    expect((await rotate(narrow.body.id)).status).toBe(201);
  });

  it("give a repeated create the answer of the first", async () => {
    const { token } = await owner();
    const headers = { "idempotency-key": "make-1" };
    const [first, second] = [
      await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" }, headers }),
      await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" }, headers }),
    ];
    expect(second.body).toEqual(first.body);
    const other = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CD" }, headers });
    expect([other.status, other.body.error.code]).toEqual([409, "HUB_CONFLICT"]);
  });

  it("are not for members, and not for another tenant", async () => {
    const { place, token } = await owner();
    const member = await rig().person(place, "member");
    const refused = await rig().call("POST", "/v1/api_tokens", { token: member.tokens.accessToken, body: { name: "CI" } });
    expect([refused.status, refused.body.error.code]).toEqual([403, "HUB_FORBIDDEN"]);
    const made = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" } });
    const foreign = await owner();
    expect((await rig().call("DELETE", `/v1/api_tokens/${made.body.id}`, { token: foreign.token })).status).toBe(404);
    const headers = { "x-keyward-workspace": place.workspaceId };
    const crossed = await rig().call("GET", "/v1/api_tokens", { token: foreign.token, headers });
    const unknown = await rig().call("GET", "/v1/api_tokens", { token: foreign.token, headers: { "x-keyward-workspace": "wsp_nobody" } });
    expect([crossed.status, unknown.status]).toEqual([403, 403]);
    expect({ ...crossed.body.error, request_id: "" }).toEqual({ ...unknown.body.error, request_id: "" });
  });

  it.each([
    [{}, "body.name"],
    [{ name: "" }, "body.name"],
    [{ name: "x".repeat(101) }, "body.name"],
    [{ name: "CI", extra: 1 }, "body.extra"],
    [{ name: "CI", scopes: ["everything"] }, "body.scopes"],
    [{ name: "CI", expires_at: 1 }, "body.expires_at"],
  ])("refuse %j and name the field", async (body, path) => {
    const { token } = await owner();
    const refused = await rig().call("POST", "/v1/api_tokens", { token, body });
    expect([refused.status, refused.body.error.code, refused.body.error.path]).toEqual([422, "HUB_INVALID", path]);
    expect(refused.body.error.request_id).toBe(refused.headers.get("x-request-id"));
  });

  it("answer what is not JSON, not a method and not there by their own codes", async () => {
    const { token } = await owner();
    const plain = await rig().call("POST", "/v1/api_tokens", { token, body: "{}", headers: { "content-type": "text/plain" } });
    const broken = await rig().call("POST", "/v1/api_tokens", { token, body: "{" });
    const method = await rig().call("PUT", "/v1/api_tokens", { token });
    const nowhere = await rig().call("GET", "/v1/nothing", { token });
    const anonymous = await rig().call("GET", "/v1/api_tokens");
    expect([plain, broken, method, nowhere, anonymous].map(({ status, body }) => [status, body.error.code])).toEqual([
      [415, "HUB_MEDIA_TYPE"],
      [400, "HUB_BODY"],
      [405, "HUB_METHOD"],
      [404, "HUB_NOT_FOUND"],
      [401, "HUB_LOGIN_REQUIRED"],
    ]);
    expect(method.headers.get("allow")).toBe("POST, GET");
  });
});
