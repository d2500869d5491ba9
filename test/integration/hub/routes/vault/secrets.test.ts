// /v1/secrets over real sockets: versions, scopes, values only through :access and after their audit line; on both engines.
import { expect, it } from "vitest";
import { canary, vaultScene } from "../../../../support/hub/vault-scene.ts";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("secrets", (rig) => {
  const { setUp } = vaultScene(rig);

  it("keeps versions, gives a value only through :access, and writes the audit line first", async () => {
    const { token, put } = await setUp();
    const [first, second] = [canary("one"), canary("two")];
    const made = await put("OPENAI_KEY", first);
    expect([made.status, made.body.current_version]).toEqual([201, 1]);
    expect((await put("OPENAI_KEY", second)).body.current_version).toBe(2);
    const path = `/v1/secrets/${made.body.id}`;
    const now = await rig().call("POST", `${path}:access`, { token, body: {} });
    const before = await rig().call("POST", "/v1/secrets/OPENAI_KEY:access", { token, body: { version: 1 } });
    expect([now.body.value, before.body.value]).toEqual([second, first]);
    expect((await rig().call("POST", `${path}/versions/1:disable`, { token })).status).toBe(204);
    expect((await rig().call("POST", `${path}:access`, { token, body: { version: 1 } })).status).toBe(404);
    expect((await rig().call("POST", `${path}/versions/1:destroy`, { token })).status).toBe(204);
    expect((await rig().call("POST", `${path}/versions/1:enable`, { token })).status).toBe(409);
    const audit = await rig().call("GET", "/v1/audit", { token });
    const actions = audit.body.data.map((event: { action: string }) => event.action);
    expect(actions.filter((action: string) => action === "secret.access")).toHaveLength(2);
    expect(JSON.stringify(audit.body)).not.toContain(second);
    expect((await rig().call("GET", "/v1/audit/verify", { token })).body).toMatchObject({ is_intact: true, events: actions.length });
  });

  it("lets the nearest scope win, and keeps a name to one scope", async () => {
    const { token, put } = await setUp();
    await put("SHARED", "of the tenant", "tenant");
    const clash = await put("SHARED", "of the workspace");
    expect([clash.status, clash.body.error.next_steps[0].command]).toEqual([409, "keyward vault put SHARED --scope=tenant"]);
    expect((await rig().call("POST", "/v1/secrets/SHARED:access", { token, body: {} })).body.value).toBe("of the tenant");
  });
});
