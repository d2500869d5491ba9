// Tenants, workspaces, members, sessions and access decisions over real sockets: roles, the 403 rules, the last owner; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../support/hub/engines.ts";

describeOnBothEngines("workspaces and members", (rig) => {
  const setUp = async () => {
    const place = await rig().tenant();
    const admin = await rig().person(place, "owner", { isTenantAdmin: true });
    return { place, token: admin.tokens.accessToken, admin };
  };

  it("make a workspace once and show each person their own", async () => {
    const { place, token } = await setUp();
    const made = await rig().call("POST", "/v1/workspaces", { token, body: { slug: "payments" } });
    const again = await rig().call("POST", "/v1/workspaces", { token, body: { slug: "payments" } });
    expect([made.status, again.body.id]).toEqual([201, made.body.id]);
    const member = await rig().person(place, "member");
    const seen = await rig().call("GET", "/v1/workspaces", { token: member.tokens.accessToken });
    expect(seen.body.data.map((each: { slug: string }) => each.slug)).toEqual(["main"]);
    const all = await rig().call("GET", "/v1/workspaces?limit=1", { token });
    expect([all.body.data.length, all.body.has_more]).toEqual([1, true]);
    const rest = await rig().call("GET", `/v1/workspaces?limit=1&cursor=${all.body.next_cursor}`, { token });
    expect([rest.body.data.length, rest.body.has_more, rest.body.next_cursor]).toEqual([1, false, null]);
    const refused = await rig().call("POST", "/v1/workspaces", { token: member.tokens.accessToken, body: { slug: "mine" } });
    expect(refused.status).toBe(403);
  });

  it("refuse a change under a stale etag, and end the tokens of a workspace that is deleted", async () => {
    const { token } = await setUp();
    const made = await rig().call("POST", "/v1/workspaces", { token, body: { slug: "payments" } });
    const path = `/v1/workspaces/${made.body.id}`;
    const renamed = await rig().call("PATCH", path, { token, body: { name: "Pay" }, headers: { "if-match": `"${made.body.etag}"` } });
    expect(renamed.body.name).toBe("Pay");
    const stale = await rig().call("PATCH", path, { token, body: { name: "Old" }, headers: { "if-match": `"${made.body.etag}"` } });
    expect(stale.status).toBe(409);
    const headers = { "x-keyward-workspace": "payments" };
    const machine = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" }, headers });
    expect((await rig().call("DELETE", path, { token })).status).toBe(204);
    expect((await rig().call("GET", "/v1/me", { token: machine.body.token })).status).toBe(401);
    expect((await rig().call("DELETE", path, { token })).status).toBe(403);
  });

  it("keep an owner, whoever asks", async () => {
    const { place, token, admin } = await setUp();
    const path = `/v1/workspaces/${place.workspaceId}/members`;
    const alone = await rig().call("DELETE", `${path}/${admin.userId}`, { token });
    const lesser = await rig().call("PATCH", `${path}/${admin.userId}`, { token, body: { role: "member" } });
    expect([alone.body.error.code, lesser.body.error.code]).toEqual(["HUB_CONFLICT", "HUB_CONFLICT"]);
    const second = await rig().person(place, "member");
    expect((await rig().call("PATCH", `${path}/${second.userId}`, { token, body: { role: "owner" } })).body.role).toBe("owner");
    expect((await rig().call("DELETE", `${path}/${admin.userId}`, { token })).status).toBe(204);
  });

  it("let only an owner make an owner, and a removed member do nothing more", async () => {
    const { place, token } = await setUp();
    const path = `/v1/workspaces/${place.workspaceId}/members`;
    const second = await rig().person(place, "admin");
    const risen = await rig().call("PATCH", `${path}/${second.userId}`, { token: second.tokens.accessToken, body: { role: "owner" } });
    expect(risen.body.error.code).toBe("HUB_FORBIDDEN");
    expect((await rig().call("DELETE", `${path}/${second.userId}`, { token })).status).toBe(204);
    const after = await rig().call("GET", path, { token: second.tokens.accessToken });
    expect(after.body.error.code).toBe("HUB_FORBIDDEN");
  });

  it("add a person of the tenant, and invite one from outside", async () => {
    const { place, token } = await setUp();
    const other = await rig().call("POST", "/v1/workspaces", { token, body: { slug: "other" } });
    const person = await rig().person(place, "viewer");
    const path = `/v1/workspaces/${other.body.id}/members`;
    const added = await rig().call("POST", path, { token, body: { email: person.email.toUpperCase(), role: "admin" } });
    expect(added.body).toMatchObject({ member: { user_id: person.userId, role: "admin" }, invitation: null });
    expect((await rig().call("POST", path, { token, body: { email: person.email } })).status).toBe(409);
    const invited = await rig().call("POST", path, { token, body: { email: "new@example.com" } });
    expect(invited.body.member).toBeNull();
    expect(invited.body.invitation).toMatch(/\/join#kw_inv_/);
  });

  it("list sessions and end them at once", async () => {
    const { token } = await setUp();
    const sessions = await rig().call("GET", "/v1/sessions", { token });
    expect(sessions.body.data).toMatchObject([{ is_current: true, label: "test" }]);
    expect((await rig().call("DELETE", "/v1/sessions/current", { token })).status).toBe(204);
    expect((await rig().call("GET", "/v1/me", { token })).status).toBe(401);
  });

  it("explain a decision by the same rules", async () => {
    const { place, token } = await setUp();
    const viewer = await rig().person(place, "viewer");
    const narrow = await rig().person(place, "owner", { scopes: ["connections:read"] });
    const ask = async (who: string, body: unknown) => (await rig().call("POST", "/v1/access_decisions", { token: who, body })).body;
    expect(await ask(token, { scope: "tokens:admin" })).toMatchObject({ allowed: true, because: "granted" });
    expect(await ask(viewer.tokens.accessToken, { scope: "secrets:access" })).toMatchObject({ allowed: false, because: "role" });
    expect(await ask(narrow.tokens.accessToken, { scope: "tokens:admin" })).toMatchObject({ allowed: false, because: "scopes" });
    expect(await ask(token, { scope: "admin", workspace: "nowhere" })).toMatchObject({ allowed: false, because: "no_workspace" });
  });

  it("show the tenants of a person, and the tenant of a token", async () => {
    const { place, token } = await setUp();
    const mine = await rig().call("GET", "/v1/tenants", { token });
    expect(mine.body.data).toMatchObject([{ id: place.tenantId, role: "tenant_admin", is_current: true }]);
    const machine = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" } });
    const its = await rig().call("GET", "/v1/tenants", { token: machine.body.token });
    expect(its.body.data).toMatchObject([{ id: place.tenantId, role: null }]);
    const changed = await rig().call("PATCH", "/v1/tenants/current", { token, body: { max_offline_seconds: 0, device_login: false } });
    expect(changed.body).toMatchObject({ max_offline_seconds: 0, device_login: false });
  });
});
