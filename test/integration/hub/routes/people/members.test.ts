// /v1/workspaces/{id}/members over real sockets: roles, the last owner, invitations; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("members", (rig) => {
  const setUp = async () => {
    const place = await rig().tenant();
    const admin = await rig().person(place, "owner", { isTenantAdmin: true });
    return { place, token: admin.tokens.accessToken, admin };
  };

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
});
