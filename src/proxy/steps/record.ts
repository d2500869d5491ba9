// Step 11, record: one audit line for every request, always, also on failure; and one before a credential leaves.
// In: what is known of the exchange by then. Out: records of ids, host, method, path without query, status, bytes, ms.
import type { Received } from "../../core/exchange.ts";
import type { KeywardError } from "../../core/errors.ts";
import type { AuditRecord, AuditSink } from "../../audit/sink.ts";
import type { Delivered } from "./forward.ts";

/** Everything the record may hold; each part is added as the steps learn it. */
export interface Trace {
  readonly requestId: string;
  readonly runId: string | null;
  readonly startedAtMs: number;
  received?: Pick<Received, "method" | "path" | "authority"> | undefined;
  provider?: string | undefined;
  connection?: string | undefined;
  slots?: "injected" | "filled" | "own" | "none" | undefined;
  delivered?: Delivered | undefined;
  /** Status of an answer keyward made itself. */
  refusedWith?: { readonly status: number; readonly error: KeywardError } | undefined;
}

/** Rejects with AUDIT_FAILED: then no credential is released. */
export function recordRelease(trace: Trace, audit: AuditSink): Promise<void> {
  return audit.release(recordOf(trace, OPEN));
}

export function recordEnd(trace: Trace, audit: AuditSink, nowMs: number): void {
  const error = trace.refusedWith?.error ?? trace.delivered?.error ?? null;
  const ending = {
    status: trace.refusedWith?.status ?? trace.delivered?.status ?? null,
    bytesUp: trace.delivered?.bytesUp ?? 0,
    bytesDown: trace.delivered?.bytesDown ?? 0,
    masked: trace.delivered?.masked || null,
    ms: nowMs - trace.startedAtMs,
    code: error?.code ?? null,
  };
  audit.complete(recordOf(trace, ending));
}

type Ending = Required<Pick<AuditRecord, "status" | "bytesUp" | "bytesDown" | "masked" | "ms" | "code">>;

/** Of a request that has not ended. */
const OPEN: Ending = { status: null, bytesUp: null, bytesDown: null, masked: null, ms: null, code: null };

/** A body that is refused half-way has been delivered in part; what was refused in it is denied all the same. */
const LEAKS: ReadonlySet<string> = new Set(["PLACEHOLDER_LEAK", "KEY_LEAK"]);

export function wasDenied(trace: Trace): boolean {
  return leakIn(trace) !== undefined || (trace.refusedWith !== undefined && trace.delivered === undefined);
}

function leakIn({ refusedWith, delivered }: Trace): KeywardError | undefined {
  const error = refusedWith?.error ?? delivered?.error ?? undefined;
  return error !== undefined && LEAKS.has(error.code) ? error : undefined;
}

function recordOf(trace: Trace, ending: Ending): AuditRecord {
  const isDenied = wasDenied(trace);
  // Whose it was, not whose credential would have gone along.
  const owner = leakIn(trace)?.detail;
  return {
    kind: isDenied ? "denied" : "request",
    requestId: trace.requestId,
    runId: trace.runId,
    provider: owner === undefined ? (trace.provider ?? null) : String(owner["provider"]),
    connection: owner === undefined ? (trace.connection ?? null) : String(owner["connection"]),
    method: trace.received?.method ?? null,
    host: trace.received?.authority.host ?? null,
    port: trace.received?.authority.port ?? null,
    path: trace.received?.path ?? null,
    credential: trace.slots ?? "none",
    status: ending.status,
    bytesUp: ending.bytesUp,
    bytesDown: ending.bytesDown,
    masked: ending.masked,
    ms: ending.ms,
    code: ending.code,
  };
}
