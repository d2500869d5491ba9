// Where audit records go. The file behind it is append-only and hash-chained; the kernel has a release before its promise
// resolves, so a credential never leaves without its line.
// A record is a whitelist of ids, hosts and counts: never a value, query or body.

import type { RunLevel } from "../core/run.ts";

export type AuditKind = "request" | "tunnel" | "denied" | "login" | "logout" | "reveal" | "run" | "profile" | "secret";

export interface AuditRecord {
  readonly kind: AuditKind;
  readonly requestId: string;
  readonly runId: string | null;
  readonly provider?: string | null;
  readonly connection?: string | null;
  readonly method?: string | null;
  readonly host?: string | null;
  readonly port?: number | null;
  /** Without query. */
  readonly path?: string | null;
  readonly credential?: "injected" | "filled" | "own" | "none" | null;
  readonly status?: number | null;
  readonly bytesUp?: number | null;
  readonly bytesDown?: number | null;
  /** How often the credential stood in the answer; left out when it did not. */
  readonly masked?: number | null;
  readonly ms?: number | null;
  /** Error code of the table when the request was refused or failed. */
  readonly code?: string | null;
  /** What keeps the child of a run that begins from the daemon. */
  readonly level?: RunLevel | null;
}

export interface AuditSink {
  /**
   * Resolves when the kernel has the line: only then may the credential leave. Releases of one turn of the event loop share
   * one write. The request's own record follows with its outcome. Rejects with AUDIT_FAILED.
   */
  release(record: AuditRecord): Promise<void>;
  /** How a request ended: written with the next records, at the end of this turn of the event loop at the latest. */
  complete(record: AuditRecord): void;
  /** One record of a tunnel, login, reveal, run or refusal; the kernel has it when the call returns. @throws AUDIT_FAILED */
  append(record: AuditRecord): void;
}
