// Where audit records go. The file behind it is append-only and hash-chained; a record is on its way to the kernel when
// the call returns, so a credential is never released without its line.
// A record is a whitelist of ids, hosts and counts: never a value, query or body.

export type AuditKind = "request" | "tunnel" | "denied" | "login" | "logout" | "reveal" | "run" | "profile";

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
  readonly ms?: number | null;
  /** Error code of the table when the request was refused or failed. */
  readonly code?: string | null;
}

export interface AuditSink {
  /** Written before a credential leaves; the request's own record follows with its outcome. @throws AUDIT_FAILED */
  release(record: AuditRecord): void;
  /** One record per request, tunnel, login, reveal and refusal. @throws AUDIT_FAILED */
  append(record: AuditRecord): void;
}
