// What has to go in time: codes, tokens and answers that are over, secrets whose 30 days have passed. One replica does it at a time.
// In: the parts. Out: nothing. The lease is a row, so it works on every database and a dead replica loses it by itself.
import { toKeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";
import { DAY_MS, type Keeping, keptFromMs, pruneAudit, pruneRuns } from "./prune-records.ts";

const LEASE_MS = 5 * 60_000;
const EXPIRING = ["credential", "device_code", "browser_session", "idempotency", "guess"] as const;
/** A refresh token that is over is kept this long, so that a thief who brings it ends the session. */
const GRACE_MS = DAY_MS;
/** The row that says until when nothing more is due, and by which days. */
const PRUNED = "pruned";

const FOR_EVER: Keeping = { runsDays: null, auditDays: null };

export interface CleaningUp {
  /** One replica's own name. */
  readonly owner?: string;
  readonly keeping?: Keeping;
}

/** Whether this replica was the one. What fails is logged and done the next time, for one tenant as for all. */
export async function cleanUp(hub: HubParts, { owner = randomText(16), keeping = FOR_EVER }: CleaningUp = {}): Promise<boolean> {
  const nowMs = hub.clock.nowMs();
  if (!(await takeLease(hub, owner, nowMs))) return false;
  await hub.storage.within({}, async ({ db }) => {
    for (const table of EXPIRING)
      await db
        .deleteFrom(table)
        .where("expires_at_ms", "<", nowMs - GRACE_MS)
        .execute();
  });
  const isPruned = await wasPruned(hub, keeping, nowMs);
  let isWhole = true;
  const tenants = await hub.storage.within({}, ({ db }) => db.selectFrom("change_counter").select("tenant_id").execute());
  for (const { tenant_id: tenantId } of tenants) {
    try {
      await hub.storage.within({ tenantId, workspaceId: "*" }, (tx) => purgeSecrets(tx, tenantId, nowMs));
      if (!isPruned) await prune(hub, tenantId, keeping);
    } catch (error) {
      isWhole = false;
      hub.log.error("a tenant was not cleaned up", { tenant: tenantId, code: toKeywardError(error).code });
    }
  }
  if (!isPruned && isWhole) await notePruned(hub, keeping, nowMs);
  return true;
}

async function prune(hub: HubParts, tenantId: string, { runsDays, auditDays }: Keeping): Promise<void> {
  const nowMs = hub.clock.nowMs();
  if (runsDays !== null) await pruneRuns(hub, tenantId, keptFromMs(runsDays, nowMs));
  if (auditDays !== null) await pruneAudit(hub, tenantId, keptFromMs(auditDays, nowMs));
}

/** Days are whole ones, so that once a day is enough; other days than the last time count at once. */
async function wasPruned(hub: HubParts, keeping: Keeping, nowMs: number): Promise<boolean> {
  if (keeping.runsDays === null && keeping.auditDays === null) return true;
  const row = await hub.storage.within({}, ({ db }) => db.selectFrom("lease").selectAll().where("name", "=", PRUNED).executeTakeFirst());
  return row !== undefined && row.owner === wordsOf(keeping) && row.until_ms > nowMs;
}

async function notePruned(hub: HubParts, keeping: Keeping, nowMs: number): Promise<void> {
  const row = { owner: wordsOf(keeping), until_ms: keptFromMs(0, nowMs) + DAY_MS };
  await hub.storage.within({}, async ({ db }) => {
    await db
      .insertInto("lease")
      .values({ name: PRUNED, ...row })
      .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
      .execute();
  });
}

const wordsOf = ({ runsDays, auditDays }: Keeping): string => `runs ${runsDays ?? "ever"} audit ${auditDays ?? "ever"}`;

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
