// A new organisation with its own key and its first workspace.
// In: a name. Out: its ids. Nobody is in it yet: the first person comes by an invitation.
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import { createTenantKey } from "../keys/envelope.ts";
import type { HubTransaction } from "../storage/storage.ts";
import { createWorkspace } from "./create-workspace.ts";

/** A day without the hub. */
const MAX_OFFLINE_MS = 24 * 3_600_000;

export interface NewTenant {
  readonly tenantId: string;
  readonly workspaceId: string;
}

export async function createTenant(tx: HubTransaction, hub: Pick<HubParts, "roots" | "clock">, name: string): Promise<NewTenant> {
  const tenantId = `ten_${randomText(20)}`;
  const nowMs = hub.clock.nowMs();
  const { wrappedKey, rootKeyId } = createTenantKey(tenantId, hub.roots[0]);
  await tx.narrow({ tenantId, workspaceId: "*" });
  await tx.db
    .insertInto("tenant")
    .values({
      tenant_id: tenantId,
      name,
      device_login: 1,
      max_offline_ms: MAX_OFFLINE_MS,
      wrapped_key: wrappedKey,
      root_key_id: rootKeyId,
      created_at_ms: nowMs,
    })
    .execute();
  await tx.db.insertInto("change_counter").values({ tenant_id: tenantId, rev: 0, oldest_rev: 0 }).execute();
  const workspace = await createWorkspace(tx, { tenantId, slug: "main", name: "Main", nowMs });
  return { tenantId, workspaceId: workspace.workspace_id };
}
