// The hub's audit: one hash chain per tenant. Whoever releases a secret writes its line first, in the same transaction.
// In: what happened. Out: a row linked to the one before it. Ids and counts only, never a value.
import { createHash } from "node:crypto";
import { randomText } from "../../core/ids.ts";
import type { HubTransaction } from "../storage/storage.ts";

export interface HubEvent {
  readonly tenantId: string;
  readonly workspaceId: string | null;
  readonly atMs: number;
  /** `session:…`, `api_token:…`, `device:…`, `user:…`, `system`. */
  readonly actor: string;
  /** `secret.access`, `api_token.create`, … */
  readonly action: string;
  /** The id it was done to. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export interface ChainedEvent extends HubEvent {
  readonly seq: number;
  readonly eventId: string;
}

/** Before the first event of a tenant. */
export const CHAIN_START = "0".repeat(64);

/** Two writers of one tenant meet at the primary key `(tenant, seq)`: the later transaction is run again. */
export async function appendAudit(tx: HubTransaction, event: HubEvent): Promise<void> {
  const chain = tx.db.selectFrom("audit_event").select(["seq", "hash"]).where("tenant_id", "=", event.tenantId);
  const last = await chain.orderBy("seq", "desc").limit(1).executeTakeFirst();
  const chained: ChainedEvent = { ...event, seq: (last?.seq ?? 0) + 1, eventId: `evt_${randomText(20)}` };
  const previous = last?.hash ?? CHAIN_START;
  await tx.db
    .insertInto("audit_event")
    .values({
      tenant_id: chained.tenantId,
      seq: chained.seq,
      event_id: chained.eventId,
      workspace_id: chained.workspaceId,
      at_ms: chained.atMs,
      actor: chained.actor,
      action: chained.action,
      subject: chained.subject,
      detail: JSON.stringify(chained.detail ?? {}),
      previous_hash: previous,
      hash: linkHash(previous, chained),
    })
    .execute();
}

/** SHA-256 over the hash before and every field, as JSON in a fixed order. */
export function linkHash(previous: string, event: ChainedEvent): string {
  const { tenantId, workspaceId, seq, eventId, atMs, actor, action, subject, detail } = event;
  const fields = [previous, tenantId, workspaceId, seq, eventId, atMs, actor, action, subject, detail ?? {}];
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}
