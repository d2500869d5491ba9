// The shared vault and what a daemon pulls from it, over real sockets and on both engines: sealed at rest, sealed in transit, audited first, gone at once.
import { expect, it } from "vitest";
import { newDeviceKeyPair, openSealed } from "../../../src/hub/keys/seal-to-device.ts";
import { kindOf } from "../../../src/hub/tokens/token-format.ts";
import { describeOnBothEngines } from "../../support/hub/engines.ts";

const canary = (name: string): string => `canary-${name}-${Math.random().toString(36).slice(2)}`;

describeOnBothEngines("the vault", (rig) => {
  const setUp = async () => {
    const place = await rig().tenant();
    const owner = await rig().person(place, "owner", { isTenantAdmin: true });
    const token = owner.tokens.accessToken;
    const put = (name: string, value: string, scope = "workspace") =>
      rig().call("POST", "/v1/secrets", { token, body: { name, value, scope } });
    return { place, token, put };
  };
  const enrol = async (token: string) => {
    const keys = newDeviceKeyPair();
    const device = await rig().call("POST", "/v1/devices", { token, body: { name: "laptop", public_key: keys.publicKey } });
    expect(device.status).toBe(201);
    return { keys, id: String(device.body.id), token: String(device.body.token) };
  };

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

  it("takes runs twice and keeps them once, and the good beside the bad", async () => {
    const { token } = await setUp();
    const run = { run_id: "run_1", started_at: 1, requests: 3 };
    const sent = await rig().call("POST", "/v1/ingest/runs", { token, body: { runs: [run, { run_id: "../x", started_at: 1 }] } });
    expect(sent.body).toMatchObject({ accepted: 1, duplicates: 0, rejected: [{ index: 1 }] });
    const again = await rig().call("POST", "/v1/ingest/runs", { token, body: { runs: [run] } });
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 1 });
    expect((await rig().call("GET", "/v1/ingest/runs/run_1", { token })).body.record).toEqual(run);
  });
});
