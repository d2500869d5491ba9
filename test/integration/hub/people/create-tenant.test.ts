// A new tenant in a real database: a key of its own, its first workspace, and nobody in it.
// In: a rig. Out: rows.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTenantKey } from "../../../../src/hub/keys/envelope.ts";
import { createTenant } from "../../../../src/hub/people/create-tenant.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

describe("a new tenant", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const make = (name: string) => rig.hub.parts.storage.within({}, (tx) => createTenant(tx, rig.hub.parts, name));
  const rowsOf = (tenantId: string) =>
    rig.hub.parts.storage.within({ tenantId, workspaceId: "*" }, async ({ db }) => ({
      tenant: await db.selectFrom("tenant").selectAll().where("tenant_id", "=", tenantId).executeTakeFirst(),
      counter: await db.selectFrom("change_counter").selectAll().where("tenant_id", "=", tenantId).executeTakeFirst(),
      workspaces: await db.selectFrom("workspace").selectAll().where("tenant_id", "=", tenantId).execute(),
      members: await db.selectFrom("tenant_member").selectAll().where("tenant_id", "=", tenantId).execute(),
    }));

  it("has its policies, a change counter at nought, one workspace, and nobody in it", async () => {
    const { tenantId, workspaceId } = await make("Ada & Co");
    const { tenant, counter, workspaces, members } = await rowsOf(tenantId);
    expect(tenant).toMatchObject({ name: "Ada & Co", device_login: 1, max_offline_ms: 86_400_000 });
    expect(counter).toMatchObject({ rev: 0, oldest_rev: 0 });
    expect(workspaces).toMatchObject([{ workspace_id: workspaceId, slug: "main", name: "Main", deleted_at_ms: null }]);
    expect(members).toEqual([]);
  });

  it("has a key that opens for it and for no other tenant", async () => {
    const [one, two] = [await make("One"), await make("One")];
    expect(one.tenantId).not.toBe(two.tenantId);
    const { tenant } = await rowsOf(one.tenantId);
    const wrapped = { wrappedKey: tenant?.wrapped_key ?? Buffer.alloc(0), rootKeyId: tenant?.root_key_id ?? "" };
    expect(openTenantKey({ tenantId: one.tenantId, ...wrapped }, rig.hub.parts.roots)).toHaveLength(32);
    expect(() => openTenantKey({ tenantId: two.tenantId, ...wrapped }, rig.hub.parts.roots)).toThrow();
  });

  it("is not there when the transaction it was made in fails", async () => {
    let tenantId = "";
    const failing = rig.hub.parts.storage.within({}, async (tx) => {
      ({ tenantId } = await createTenant(tx, rig.hub.parts, "Never"));
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow();
    expect(tenantId).toMatch(/^ten_\w{20}$/);
    expect(await rowsOf(tenantId)).toEqual({ tenant: undefined, counter: undefined, workspaces: [], members: [] });
  });
});
