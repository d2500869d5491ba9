// /v1/sync over real sockets: sealed to the device, only what changed, a revocation while it waits; on both engines.
import { expect, it } from "vitest";
import { newDeviceKeyPair, openSealed } from "../../../../../src/hub/keys/seal-to-device.ts";
import { kindOf } from "../../../../../src/core/shapes/hub-token.ts";
import { canary, vaultScene } from "../../../../support/hub/vault-scene.ts";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("sync", (rig) => {
  const { setUp, enrol } = vaultScene(rig);

  it("sends a daemon its secrets sealed to its key, then only what changed, then what is gone", async () => {
    const { token, put } = await setUp();
    const value = canary("sealed");
    const secret = await put("KEY", value);
    const device = await enrol(token);
    const full = await rig().call("GET", "/v1/sync", { token: device.token });
    expect(full.body.is_full).toBe(true);
    expect(JSON.stringify(full.body)).not.toContain(value);
    const [sent] = full.body.secrets;
    expect(openSealed(device.keys, sent.sealed, `${sent.id}|${sent.version}`).toString()).toBe(value);
    expect(() => openSealed(newDeviceKeyPair(), sent.sealed, `${sent.id}|${sent.version}`)).toThrow("do not open");
    const path = `/v1/sync?after=${full.body.rev}`;
    expect((await rig().call("GET", path, { token: device.token })).status).toBe(304);
    const waiting = rig().call("GET", `${path}&wait=20`, { token: device.token });
    await rig().call("DELETE", `/v1/secrets/${secret.body.id}`, { token });
    expect((await waiting).body).toMatchObject({ is_full: false, secrets: [], gone: { secrets: [secret.body.id] } });
  });

  it("refuses a revoked device while it waits", async () => {
    const { token } = await setUp();
    const device = await enrol(token);
    const full = await rig().call("GET", "/v1/sync", { token: device.token });
    const path = full.status === 304 ? "/v1/sync?after=0&wait=20" : `/v1/sync?after=${full.body.rev}&wait=20`;
    const waiting = rig().call("GET", path, { token: device.token });
    expect((await rig().call("DELETE", `/v1/devices/${device.id}`, { token })).status).toBe(204);
    expect((await waiting).status).toBe(401);
  });

  it("gives a run token the secrets of its connections and no others, sealed to the key it brings", async () => {
    const { token, put } = await setUp();
    const value = canary("wanted");
    await put("WANTED", value);
    await put("OTHER", canary("other"));
    const body = { provider: "openai", secret: "WANTED", origins: ["https://api.openai.com"] };
    const connection = await rig().call("POST", "/v1/connections", { token, body });
    const made = await rig().call("POST", "/v1/api_tokens", {
      token,
      body: { name: "fleet", kind: "run", connections: [connection.body.id] },
    });
    expect(kindOf(made.body.token)).toBe("run");
    const keys = newDeviceKeyPair();
    const headers = { "x-keyward-public-key": keys.publicKey };
    const pulled = await rig().call("GET", "/v1/sync", { token: made.body.token, headers });
    expect(pulled.body.secrets.map((each: { name: string }) => each.name)).toEqual(["WANTED"]);
    const [sent] = pulled.body.secrets;
    expect(openSealed(keys, sent.sealed, `${sent.id}|${sent.version}`).toString()).toBe(value);
    expect((await rig().call("GET", "/v1/secrets", { token: made.body.token })).status).toBe(403);
    const unsealed = await rig().call("GET", "/v1/sync", { token: made.body.token });
    expect([unsealed.status, unsealed.body.error.code]).toEqual([422, "HUB_INVALID"]);
    const without = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "fleet", kind: "run" } });
    expect(without.body.error.path).toBe("body.connections");
  });

  it("gives a run token the older secret that a connection of it is pointed at, and its connections in the token's own order", async () => {
    const { token, put } = await setUp();
    await put("FIRST", canary("first"));
    await put("SECOND", canary("second"));
    const connect = (name: string) =>
      rig().call("POST", "/v1/connections", {
        token,
        body: { provider: "openai", name, secret: "FIRST", origins: ["https://api.openai.com"] },
      });
    const [one, two] = [(await connect("one")).body.id, (await connect("two")).body.id];
    const made = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "fleet", kind: "run", connections: [two, one] } });
    const headers = { "x-keyward-public-key": newDeviceKeyPair().publicKey };
    const pull = (after: number) => rig().call("GET", `/v1/sync?after=${after}`, { token: made.body.token, headers });
    const full = await pull(0);
    const named = (answer: typeof full) => answer.body.secrets.map((each: { name: string }) => each.name);
    expect([named(full), full.body.connections.map((each: { id: string }) => each.id)]).toEqual([["FIRST"], [two, one]]);
    await rig().call("PATCH", `/v1/connections/${one}`, { token, body: { secret: "SECOND" } });
    expect(named(await pull(full.body.rev))).toEqual(["SECOND"]);
  });
});
