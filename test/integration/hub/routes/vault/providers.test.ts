// /v1/providers over real sockets: put by admins under their own id, guarded by etags, gone when removed; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";
import { vaultScene } from "../../../../support/hub/vault-scene.ts";

describeOnBothEngines("provider definitions", (rig) => {
  const { setUp } = vaultScene(rig);

  it("are put, changed under their etag, listed and removed", async () => {
    const { token } = await setUp();
    const path = "/v1/providers/own";
    const made = await rig().call("PUT", path, { token, body: { id: "own", name: "One" } });
    expect(made.status).toBe(200);
    const stale = await rig().call("PUT", path, { token, body: { id: "own" }, headers: { "if-match": '"old"' } });
    expect(stale.status).toBe(409);
    await rig().call("PUT", path, { token, body: { id: "own", name: "Two" }, headers: { "if-match": `"${made.body.etag}"` } });
    expect((await rig().call("GET", "/v1/providers", { token })).body.data).toMatchObject([{ id: "own", definition: { name: "Two" } }]);
    expect((await rig().call("DELETE", path, { token })).status).toBe(204);
    expect((await rig().call("DELETE", path, { token })).status).toBe(404);
  });

  it("are not a member's to put, have the id of their address, and are no heap of bytes", async () => {
    const { place, token } = await setUp();
    const member = (await rig().person(place)).tokens.accessToken;
    expect((await rig().call("PUT", "/v1/providers/own", { token: member, body: { id: "own" } })).status).toBe(403);
    expect((await rig().call("PUT", "/v1/providers/own", { token, body: { id: "other" } })).body.error.path).toBe("body.id");
    expect((await rig().call("PUT", "/v1/providers/own", { token, body: { id: "own", x: "x".repeat(70_000) } })).status).toBe(422);
  });
});
