// Secrets and connections of different scopes together: a connection is never wider than its secret, a name never passes for an id, and what other
// workspaces use counts without being named; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import type { Answer } from "../../../support/hub/hub-rig.ts";
import { vaultScene } from "../../../support/hub/vault-scene.ts";

describeOnBothEngines("scopes", (rig) => {
  const scene = vaultScene(rig);
  const connect = (token: string, secret: string, more: object = {}, headers: Record<string, string> = {}): Promise<Answer> => {
    const body = { provider: "openai", secret, origins: ["https://api.openai.com"], ...more };
    return rig().call("POST", "/v1/connections", { token, body, headers });
  };

  it("refuse a connection that others have to a secret that they have not", async () => {
    const { place, token, put } = await scene.setUp();
    expect((await put("MINE", "v", "user")).status).toBe(201);
    const refused = await connect(token, "MINE");
    expect([refused.status, refused.body.error.code]).toEqual([409, "HUB_CONFLICT"]);
    expect(refused.body.error.next_steps).toEqual([{ command: "keyward vault put MINE --scope=workspace" }]);
    const own = await connect(token, "MINE", { scope: "user" });
    expect(own.status).toBe(201);
    await put("OURS", "v");
    expect((await connect(token, "OURS", { scope: "tenant", name: "all" })).status).toBe(409);
    const connection = await connect(token, "OURS");
    const changed = await rig().call("PATCH", `/v1/connections/${connection.body.id}`, { token, body: { secret: "MINE" } });
    expect(changed.status).toBe(409);
    expect(place.workspaceId).toMatch(/^wsp_/);
  });

  it("give a connection of the workspace the workspace's secret, also to someone with an own one of that name", async () => {
    const { place, put } = await scene.setUp();
    const other = await rig().person(place, "member");
    const mine = await rig().call("POST", "/v1/secrets", {
      token: other.tokens.accessToken,
      body: { name: "KEY", value: "mine", scope: "user" },
    });
    const ours = await put("KEY", "ours");
    const connection = await connect(other.tokens.accessToken, "KEY");
    expect([connection.status, connection.body.secret_id]).toEqual([201, ours.body.id]);
    expect(mine.body.id).not.toBe(ours.body.id);
  });

  it("let no name pass for the id of a secret", async () => {
    const { token, put } = await scene.setUp();
    const real = await put("REAL", "real", "tenant");
    expect((await put(real.body.id, "planted")).status).toBe(201);
    const read = await rig().call("POST", `/v1/secrets/${real.body.id}:access`, { token, body: {} });
    expect(read.body).toMatchObject({ id: real.body.id, value: "real" });
    expect((await connect(token, real.body.id, { scope: "tenant" })).body.secret_id).toBe(real.body.id);
  });

  it("count what uses a secret of the tenant in another workspace, and do not name it", async () => {
    const { token, put } = await scene.setUp();
    const secret = await put("SHARED", "v", "tenant");
    const second = await rig().call("POST", "/v1/workspaces", { token, body: { slug: "second" } });
    const headers = { "x-keyward-workspace": String(second.body.id) };
    expect((await connect(token, "SHARED", { name: "hidden-name" }, headers)).status).toBe(201);
    const refused = await rig().call("DELETE", `/v1/secrets/${secret.body.id}`, { token });
    expect([refused.status, refused.body.error.message]).toEqual([409, expect.stringContaining("1 of others")]);
    expect(JSON.stringify(refused.body)).not.toContain("hidden-name");
    expect((await rig().call("DELETE", `/v1/secrets/${secret.body.id}?force=true`, { token })).status).toBe(204);
  });
});
