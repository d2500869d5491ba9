// No route shows one tenant anything of another: every route of the list is walked with foreign ids, and the database is asked directly without a scope.
import { expect, it } from "vitest";
import { ROUTES } from "../../../src/hub/routes/routes.ts";
import { newDeviceKeyPair } from "../../../src/hub/keys/seal-to-device.ts";
import { describeOnBothEngines } from "../../support/hub/engines.ts";
import type { HubRig } from "../../support/hub/hub-rig.ts";

/** A tenant with one of everything, and the ids of it. */
async function furnish(rig: HubRig, mark: string) {
  const place = await rig.tenant(`Tenant ${mark}`);
  const owner = await rig.person(place, "owner", { isTenantAdmin: true });
  const token = owner.tokens.accessToken;
  const call = (path: string, body: unknown) => rig.call("POST", path, { token, body });
  const secret = await call("/v1/secrets", { name: `KEY_${mark}`, value: `value of ${mark}` });
  const connection = await call("/v1/connections", {
    provider: "openai",
    name: mark,
    secret: secret.body.id,
    origins: ["https://api.openai.com"],
  });
  const machine = await call("/v1/api_tokens", { name: `token of ${mark}`, scopes: ["admin"] });
  const device = await call("/v1/devices", { name: `device of ${mark}`, public_key: newDeviceKeyPair().publicKey });
  await rig.call("PUT", `/v1/providers/own-${mark}`, { token, body: { id: `own-${mark}` } });
  await call("/v1/ingest/runs", { runs: [{ run_id: `run_${mark}`, started_at: 1 }] });
  const ids: Record<string, string> = {
    workspace_id: place.workspaceId,
    user_id: owner.userId,
    session_id: owner.tokens.session.session_id,
    secret_id: secret.body.id,
    connection_id: connection.body.id,
    api_token_id: machine.body.id,
    device_id: device.body.id,
    provider_id: `own-${mark}`,
    run_id: `run_${mark}`,
    version: "1",
  };
  return { place, owner, token, machineToken: String(machine.body.token), ids, mark };
}

/** Bodies that are right where a route wants one, so that only whose ids they are decides. */
const BODIES: Readonly<Record<string, unknown>> = {
  "post /v1/api_tokens/{api_token_id}:rotate": {},
  "post /v1/secrets/{secret_id}:access": {},
  "patch /v1/workspaces/{workspace_id}": { name: "taken over" },
  "post /v1/workspaces/{workspace_id}/members": { email: "thief@example.com", role: "owner" },
  "patch /v1/workspaces/{workspace_id}/members/{user_id}": { role: "owner" },
  "patch /v1/connections/{connection_id}": { label: "taken over" },
  "put /v1/providers/{provider_id}": { id: "own-victim" },
};

describeOnBothEngines("a stranger", (rig) => {
  it("is refused by every route that takes an id, with the words for an id that does not exist", async () => {
    const victim = await furnish(rig(), "victim");
    const thief = await furnish(rig(), "thief");
    const withIds = ROUTES.filter((spec) => spec.path.includes("{") && !spec.path.startsWith("/v1/providers/"));
    expect(withIds.length).toBeGreaterThan(15);
    const fill = (path: string, ids: Readonly<Record<string, string>>) =>
      path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? "1");
    const nobody = Object.fromEntries(
      Object.keys(victim.ids).map((name) => [name, name === "version" ? "1" : `${name.slice(0, 3)}_nobody`]),
    );
    for (const spec of withIds) {
      const body = BODIES[`${spec.method} ${spec.path}`];
      for (const token of [thief.token, thief.machineToken]) {
        const options = { token, ...(body === undefined ? {} : { body }) };
        const foreign = await rig().call(spec.method.toUpperCase(), fill(spec.path, victim.ids), options);
        const unknown = await rig().call(spec.method.toUpperCase(), fill(spec.path, nobody), options);
        expect([spec.path, foreign.status]).toEqual([spec.path, unknown.status]);
        expect(foreign.status).toBeGreaterThanOrEqual(403);
        expect({ ...foreign.body.error, request_id: "" }).toEqual({ ...unknown.body.error, request_id: "" });
      }
    }
    const me = await rig().call("GET", "/v1/me", { token: victim.token });
    expect(me.body.workspace.name).toBe("Main");
    expect((await rig().call("GET", "/v1/me", { token: victim.machineToken })).status).toBe(200);
  });

  it("finds nothing of another tenant in any list, whatever workspace it names", async () => {
    const victim = await furnish(rig(), `a${Date.now()}`);
    const thief = await furnish(rig(), `b${Date.now()}`);
    const lists = ROUTES.filter((spec) => spec.method === "get" && !spec.path.includes("{"));
    expect(lists.length).toBeGreaterThan(8);
    for (const spec of lists) {
      for (const headers of [{}, { "x-keyward-workspace": victim.place.workspaceId }]) {
        const answer = await rig().call("GET", spec.path, { token: thief.token, headers });
        const text = JSON.stringify(answer.body);
        for (const id of [victim.mark, ...Object.values(victim.ids).filter((value) => value.length > 5)])
          expect([spec.path, text]).not.toEqual([spec.path, expect.stringContaining(id)]);
      }
    }
  });

  it("meets forced row-level security in the database itself", async () => {
    const victim = await furnish(rig(), `c${Date.now()}`);
    const { storage } = rig().hub.parts;
    if (storage.engine !== "postgres") return;
    const thief = await furnish(rig(), `d${Date.now()}`);
    for (const scope of [{}, { tenantId: thief.place.tenantId, workspaceId: "*" }]) {
      const rows = await storage.within(scope, async ({ db }) => ({
        secrets: await db.selectFrom("secret").selectAll().where("tenant_id", "=", victim.place.tenantId).execute(),
        tokens: await db.selectFrom("api_token").selectAll().where("tenant_id", "=", victim.place.tenantId).execute(),
        digests: await db.selectFrom("credential").selectAll().execute(),
        people: await db.selectFrom("user_account").selectAll().execute(),
      }));
      expect(rows).toEqual({ secrets: [], tokens: [], digests: [], people: [] });
    }
    const write = storage.within({ tenantId: thief.place.tenantId, workspaceId: "*" }, ({ db }) =>
      db.updateTable("secret").set({ name: "STOLEN" }).where("tenant_id", "=", victim.place.tenantId).executeTakeFirst(),
    );
    expect((await write).numUpdatedRows).toBe(0n);
  });
});
