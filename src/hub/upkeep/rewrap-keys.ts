// Changing the root key: every tenant's key is wrapped anew under the first key given. No secret is read, no token stops working.
// In: the parts with old and new root keys. Out: how many were rewrapped. Safe to run again and beside a serving hub.
import { rewrapTenantKey } from "../keys/envelope.ts";
import type { HubParts } from "../hub-parts.ts";

export async function rewrapKeys(hub: Pick<HubParts, "storage" | "roots">): Promise<number> {
  const tenants = await hub.storage.within({}, ({ db }) => db.selectFrom("change_counter").select("tenant_id").execute());
  let count = 0;
  for (const { tenant_id: tenantId } of tenants) {
    count += await hub.storage.within({ tenantId, workspaceId: "*" }, async ({ db }) => {
      const rows = db.selectFrom("tenant").select(["wrapped_key", "root_key_id"]).where("tenant_id", "=", tenantId);
      const row = await rows.executeTakeFirstOrThrow();
      const next = rewrapTenantKey({ tenantId, wrappedKey: row.wrapped_key, rootKeyId: row.root_key_id }, hub.roots);
      if (next === null) return 0;
      await db
        .updateTable("tenant")
        .set({ wrapped_key: next.wrappedKey, root_key_id: next.rootKeyId })
        .where("tenant_id", "=", tenantId)
        .execute();
      return 1;
    });
  }
  return count;
}
