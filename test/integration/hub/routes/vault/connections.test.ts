// /v1/connections over real sockets: bound to exact origins and to a secret that is there; on both engines.
import { expect, it } from "vitest";
import { canary, vaultScene } from "../../../../support/hub/vault-scene.ts";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("connections", (rig) => {
  const { setUp } = vaultScene(rig);

  it("refuses to delete what a connection uses, unless forced, and brings it back", async () => {
    const { token, put } = await setUp();
    const secret = await put("KEY", canary("k"));
    const body = { provider: "openai", secret: "KEY", origins: ["https://api.openai.com"] };
    const made = await rig().call("POST", "/v1/connections", { token, body });
    expect(made.body).toMatchObject({ provider: "openai", name: "default", secret_id: secret.body.id });
    expect((await rig().call("POST", "/v1/connections", { token, body })).status).toBe(409);
    const path = `/v1/secrets/${secret.body.id}`;
    expect((await rig().call("DELETE", path, { token })).body.error.message).toContain("openai/default");
    expect((await rig().call("DELETE", `${path}?force=true`, { token })).status).toBe(204);
    expect((await rig().call("GET", path, { token })).status).toBe(404);
    expect((await rig().call("POST", `${path}:undelete`, { token })).body.id).toBe(secret.body.id);
    expect((await rig().call("DELETE", `/v1/connections/${made.body.id}`, { token })).status).toBe(204);
    expect((await rig().call("GET", path, { token })).status).toBe(200);
  });

  it.each(["http://api.openai.com", "https://api.openai.com/v1", "https://*.openai.com", "api.openai.com"])(
    "binds no connection to %s",
    async (origin) => {
      const { token } = await setUp();
      const refused = await rig().call("POST", "/v1/connections", { token, body: { provider: "openai", secret: null, origins: [origin] } });
      expect(refused.status).toBe(422);
    },
  );
});
