// /v1/workspaces over real sockets: made once, seen by their members, guarded by etags, their tokens ended with them; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("workspaces", (rig) => {
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
});
