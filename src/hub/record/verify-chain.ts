// Whether a tenant's chain of audit events holds, from the first that is there to the last.
// In: a transaction in the tenant. Out: how many events, or the first that does not fit. A chain may begin later than with its first event only
// when one of its own events says up to where it was pruned, and with which hash: whoever cuts its head off without that is found.
import type { HubTransaction } from "../storage/storage.ts";
import type { AuditEventTable } from "../storage/tables/record.ts";
import { CHAIN_START, type ChainedEvent, linkHash } from "./append-audit.ts";

export interface ChainState {
  readonly isIntact: boolean;
  /** That are there and fit. */
  readonly events: number;
  /** Before those, removed when they were old enough. */
  readonly pruned: number;
  readonly firstBrokenSeq: number | null;
}

/** Written by upkeep/prune-records.ts before anything goes. */
export const PRUNE_ACTION = "audit.prune";

export interface PruneDetail {
  /** The last event that went. */
  readonly through_seq: number;
  readonly through_hash: string;
}

const BATCH_ROWS = 1_000;

export async function verifyChain({ db }: HubTransaction, tenantId: string): Promise<ChainState> {
  const chain = db.selectFrom("audit_event").selectAll().where("tenant_id", "=", tenantId).orderBy("seq").limit(BATCH_ROWS);
  let batch = await chain.execute();
  const pruned = (batch[0]?.seq ?? 1) - 1;
  const start = pruned === 0 ? CHAIN_START : (batch[0]?.previous_hash ?? CHAIN_START);
  let isVouched = pruned === 0;
  let previous = start;
  let seq = pruned;
  for (;;) {
    for (const row of batch) {
      seq += 1;
      const event = chainedOf(row);
      if (row.seq !== seq || row.previous_hash !== previous || linkHash(previous, event) !== row.hash)
        return { isIntact: false, events: seq - 1 - pruned, pruned, firstBrokenSeq: seq };
      previous = row.hash;
      isVouched ||= vouches(event, { through_seq: pruned, through_hash: start });
    }
    if (batch.length < BATCH_ROWS) break;
    batch = await chain.where("seq", ">", seq).execute();
  }
  const found = { events: seq - pruned, pruned };
  return isVouched ? { isIntact: true, ...found, firstBrokenSeq: null } : { isIntact: false, ...found, firstBrokenSeq: 1 };
}

function vouches({ action, detail }: ChainedEvent, wanted: PruneDetail): boolean {
  return action === PRUNE_ACTION && detail?.["through_seq"] === wanted.through_seq && detail["through_hash"] === wanted.through_hash;
}

function chainedOf(row: AuditEventTable): ChainedEvent {
  return {
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    seq: row.seq,
    eventId: row.event_id,
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    detail: JSON.parse(row.detail) as NonNullable<ChainedEvent["detail"]>,
  };
}
