// What has to go in time: codes, tokens and answers that are over, secrets whose 30 days have passed. One replica does it at a time.
// In: the parts. Out: nothing. The lease is a row, so it works on every database and a dead replica loses it by itself.
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";

const LEASE_MS = 5 * 60_000;
const EXPIRING = ["credential", "device_code", "browser_session", "idempotency", "guess"] as const;
/** A refresh token that is over is kept this long, so that a thief who brings it ends the session. */
const GRACE_MS = 24 * 3_600_000;

/** @param owner one replica's own name */
export async function cleanUp(hub: HubParts, owner: string = randomText(16)): Promise<boolean> {
  const nowMs = hub.clock.nowMs();
  if (!(await takeLease(hub, owner, nowMs))) return false;
  await hub.storage.within({}, async ({ db }) => {
    for (const table of EXPIRING)
      await db
        .deleteFrom(table)
        .where("expires_at_ms", "<", nowMs - GRACE_MS)
        .execute();
  });
  const tenants = await hub.storage.within({}, ({ db }) => db.selectFrom("change_counter").select("tenant_id").execute());
  for (const { tenant_id: tenantId } of tenants)
    await hub.storage.within({ tenantId, workspaceId: "*" }, (tx) => purgeSecrets(tx, tenantId, nowMs));
  return true;
}

async function takeLease(hub: HubParts, owner: string, nowMs: number): Promise<boolean> {
  return await hub.storage.within({}, async ({ db }) => {
    await db
      .insertInto("lease")
      .values({ name: "janitor", owner: "", until_ms: 0 })
      .onConflict((row) => row.doNothing())
      .execute();
    const take = db
      .updateTable("lease")
      .set({ owner, until_ms: nowMs + LEASE_MS })
      .where("name", "=", "janitor");
    const mine = take.where(({ eb, or }) => or([eb("until_ms", "<=", nowMs), eb("owner", "=", owner)]));
    return (await mine.executeTakeFirst()).numUpdatedRows === 1n;
  });
}

/** Rows, versions and all. Daemons that were away longer than that start afresh: `oldest_rev` says so. */
async function purgeSecrets(tx: HubTransaction, tenantId: string, nowMs: number): Promise<void> {
  const due = tx.db.selectFrom("secret").select(["secret_id", "rev"]).where("tenant_id", "=", tenantId).where("purge_at_ms", "<=", nowMs);
  const rows = await due.execute();
  for (const { secret_id: secretId } of rows) {
    const of = (table: "secret_version" | "secret") =>
      tx.db.deleteFrom(table).where("tenant_id", "=", tenantId).where("secret_id", "=", secretId);
    await tx.db
      .updateTable("connection")
      .set({ secret_id: null })
      .where("tenant_id", "=", tenantId)
      .where("secret_id", "=", secretId)
      .execute();
    await of("secret_version").execute();
    await of("secret").execute();
  }
  if (rows.length === 0) return;
  const oldest = Math.max(...rows.map((row) => row.rev));
  await tx.db
    .updateTable("change_counter")
    .set({ oldest_rev: oldest })
    .where("tenant_id", "=", tenantId)
    .where("oldest_rev", "<", oldest)
    .execute();
}
