// What the hub remembers of runs and of itself, and for how long: for ever, unless whoever runs it says how many days.
// In: a tenant, and from when on things stay. Out: how many went. The audit's chain can be verified afterwards as before: in the transaction that
// takes its head away, an event of the chain says up to where, and with which hash (record/verify-chain.ts).
import type { HubParts } from "../hub-parts.ts";
import { appendAudit } from "../record/append-audit.ts";
import { PRUNE_ACTION, type PruneDetail } from "../record/verify-chain.ts";

/** Null: for ever. */
export interface Keeping {
  readonly runsDays: number | null;
  readonly auditDays: number | null;
}

/** In one transaction: few enough for a statement's time limit, so many that a year of events takes minutes. */
const BATCH_ROWS = 2_000;
export const DAY_MS = 24 * 3_600_000;

/** Whole days (UTC): what is due goes once a day, so that the audit of pruning stays small. */
export function keptFromMs(days: number, nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) * DAY_MS - days * DAY_MS;
}

/** Those that were uploaded before. */
export async function pruneRuns(hub: HubParts, tenantId: string, beforeMs: number): Promise<number> {
  let count = 0;
  for (;;) {
    const gone = await hub.storage.within({ tenantId, workspaceId: "*" }, async ({ db }) => {
      const due = db.selectFrom("run").select("run_id").where("tenant_id", "=", tenantId).where("received_at_ms", "<", beforeMs);
      const deletion = db.deleteFrom("run").where("tenant_id", "=", tenantId).where("run_id", "in", due.limit(BATCH_ROWS));
      return Number((await deletion.executeTakeFirst()).numDeletedRows);
    });
    count += gone;
    if (gone < BATCH_ROWS) return count;
  }
}

/** From the head of the chain to the first event that stays, wherever younger ones are. */
export async function pruneAudit(hub: HubParts, tenantId: string, beforeMs: number): Promise<number> {
  let count = 0;
  for (;;) {
    const gone = await hub.storage.within({ tenantId, workspaceId: "*" }, async (tx) => {
      const head = tx.db.selectFrom("audit_event").select(["seq", "at_ms", "hash"]).where("tenant_id", "=", tenantId);
      const rows = await head.orderBy("seq").limit(BATCH_ROWS).execute();
      const stays = rows.findIndex((row) => row.at_ms >= beforeMs);
      const due = stays === -1 ? rows : rows.slice(0, stays);
      const last = due.at(-1);
      if (last === undefined) return 0;
      const detail: PruneDetail = { through_seq: last.seq, through_hash: last.hash };
      // Before anything goes; and the chain always keeps an event for the next one to go on from.
      await appendAudit(tx, {
        tenantId,
        workspaceId: null,
        atMs: hub.clock.nowMs(),
        actor: "system",
        action: PRUNE_ACTION,
        subject: tenantId,
        detail: { ...detail, events: due.length },
      });
      await tx.db.deleteFrom("audit_event").where("tenant_id", "=", tenantId).where("seq", "<=", last.seq).execute();
      return due.length;
    });
    count += gone;
    if (gone < BATCH_ROWS) return count;
  }
}
