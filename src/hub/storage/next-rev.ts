// The tenant's change counter: every row a daemon caches carries the count of its last change, so "what is new?" is one comparison.
// In: a transaction in the tenant. Out: the next count. A sequence would not do: its numbers can become visible out of order.
import type { HubTransaction } from "./storage.ts";

export async function nextRev(tx: HubTransaction, tenantId: string): Promise<number> {
  const bumped = tx.db
    .updateTable("change_counter")
    .set(({ eb }) => ({ rev: eb("rev", "+", 1) }))
    .where("tenant_id", "=", tenantId);
  return (await bumped.returning("rev").executeTakeFirstOrThrow()).rev;
}
