// Persons and where they belong, in a real database: found however the address is written, in a tenant once, with the last role given.
// In: a rig. Out: rows.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { addUser, findUser, joinTenant, joinWorkspace, normalEmail } from "../../../../src/hub/people/people.ts";
import type { HubTransaction } from "../../../../src/hub/storage/storage.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const nowMs = Date.now();

describe("a person of the hub", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const within = <T>(act: (tx: HubTransaction) => Promise<T>): Promise<T> => rig.hub.parts.storage.within({}, act);
  const add = (email = `${randomText(8)}@Example.com`, subject: string | null = null) =>
    within((tx) => addUser(tx, { email, name: "Ada", passwordHash: null, subject, nowMs }));

  it("is found by id, subject and address, in whatever case it is written", async () => {
    const subject = `https://issuer.example|${randomText(8)}`;
    const user = await add(` Ada-${randomText(6)}@Example.COM `, subject);
    expect(user.email).toBe(normalEmail(user.email));
    const found = await within(async (tx) => [
      await findUser(tx, "user_id", user.user_id),
      await findUser(tx, "email", ` ${user.email.toUpperCase()}`),
      await findUser(tx, "subject", subject),
    ]);
    expect(found).toEqual([user, user, user]);
  });

  it("is nobody when unknown or disabled", async () => {
    const user = await add();
    expect(await within((tx) => findUser(tx, "email", `x${user.email}`))).toBeNull();
    await within(async (tx) => {
      await tx.narrow({ key: user.user_id });
      await tx.db.updateTable("user_account").set({ disabled_at_ms: nowMs }).where("user_id", "=", user.user_id).execute();
    });
    expect(await within((tx) => findUser(tx, "email", user.email))).toBeNull();
  });

  it("has an address that no second person can have", async () => {
    const { email } = await add();
    await expect(add(email.toUpperCase())).rejects.toThrow();
  });

  it("keeps the role in the tenant when joining again, and takes the new one in a workspace", async () => {
    const { tenantId, workspaceId } = await rig.tenant();
    const belonging = { tenantId, user: await add(), nowMs };
    const roles = await within(async (tx) => {
      await joinTenant(tx, belonging, "tenant_admin");
      await joinTenant(tx, belonging, "tenant_member");
      await joinWorkspace(tx, belonging, { workspaceId, role: "viewer" });
      await joinWorkspace(tx, belonging, { workspaceId, role: "owner" });
      const tenant = await tx.db.selectFrom("tenant_member").select("role").where("tenant_id", "=", tenantId).execute();
      const workspace = await tx.db.selectFrom("membership").select("role").where("tenant_id", "=", tenantId).execute();
      return { tenant, workspace };
    });
    expect(roles).toEqual({ tenant: [{ role: "tenant_admin" }], workspace: [{ role: "owner" }] });
  });
});
