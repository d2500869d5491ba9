// What the hub remembers about itself: runs, audit, answers that may be asked for again, counters and leases.
// In and out: rows as kysely reads and writes them; see ../tables.ts for units.
import type { Generated } from "kysely";

/** A run's audit as a daemon uploaded it. */
export interface RunTable {
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly run_id: string;
  device_id: string | null;
  record: string;
  started_at_ms: number;
  received_at_ms: number;
}

/** The hub's own audit: one hash chain per tenant, `seq` without a gap. */
export interface AuditEventTable {
  readonly tenant_id: string;
  readonly seq: number;
  readonly event_id: string;
  readonly workspace_id: string | null;
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** The answer a create gave, so that a repeat gives the same; the body is sealed. */
export interface IdempotencyTable {
  readonly key_digest: string;
  readonly request_digest: string;
  status: number;
  sealed_body: Buffer | null;
  created_at_ms: number;
  expires_at_ms: number;
}

/** How often a tenant's shared things changed: the cursor of `/v1/sync`. Below `oldest_rev` tombstones are gone, and a daemon starts afresh. */
export interface ChangeCounterTable {
  readonly tenant_id: string;
  rev: number;
  oldest_rev: number;
}

/** Counters of wrong guesses that must hold over all replicas. */
export interface GuessTable {
  readonly name: string;
  count: number;
  expires_at_ms: number;
}

/** Who does the leader's work until when. */
export interface LeaseTable {
  readonly name: string;
  owner: string;
  until_ms: number;
}

/** Root keys this database was written under, each with a value that proves the key. */
export interface RootKeyTable {
  readonly root_key_id: string;
  check_value: string;
  created_at_ms: number;
}

export interface MigrationTable {
  readonly version: number;
  applied_at_ms: Generated<number>;
}
