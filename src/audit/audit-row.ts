// What `audit list` shows of a request, and which rows a query picks. In: written records. Out: rows with every field present.
// Pure: reads no file.
import { ERRORS } from "../core/error-table.ts";
import type { WrittenKind, WrittenRecord } from "./record-line.ts";
import type { AuditKind, AuditRecord } from "./sink.ts";

/** Every field of a record, null where it has no value. */
export type AuditRow = { readonly [Field in keyof AuditRecord]-?: Exclude<AuditRecord[Field], undefined> } & {
  readonly seq: number;
  readonly atMs: number;
};

export interface AuditSelection {
  readonly run: string | null;
  readonly provider: string | null;
  readonly sinceMs: number | null;
  /** Only what keyward refused. */
  readonly denied: boolean;
  /** The newest so many. */
  readonly limit: number;
  /** Only records written after this one. */
  readonly afterSeq?: number;
}

/** A checkpoint tells of the file, not of anything that was done. */
export type EventRecord = WrittenRecord & { readonly kind: WrittenKind };

export function isEvent(record: WrittenRecord | null): record is EventRecord {
  return record !== null && record.kind !== "checkpoint";
}

export function toRow(record: EventRecord): AuditRow {
  // A release whose request never followed: the credential may have left, how it ended is not known.
  const kind: AuditKind = record.kind === "release" ? "request" : record.kind;
  return {
    seq: record.seq,
    atMs: record.atMs,
    requestId: record.requestId,
    runId: record.runId ?? null,
    kind,
    provider: record.provider ?? null,
    connection: record.connection ?? null,
    method: record.method ?? null,
    host: record.host ?? null,
    port: record.port ?? null,
    path: record.path ?? null,
    credential: record.credential ?? null,
    status: record.kind === "release" ? null : (record.status ?? null),
    bytesUp: record.bytesUp ?? null,
    bytesDown: record.bytesDown ?? null,
    masked: record.masked ?? null,
    ms: record.ms ?? null,
    code: record.kind === "release" ? null : (record.code ?? null),
    level: record.level ?? null,
  };
}

export function isSelected(row: AuditRow, { run, provider, sinceMs, denied }: AuditSelection): boolean {
  return (
    (run === null || row.runId === run) &&
    (provider === null || row.provider === provider) &&
    (sinceMs === null || row.atMs >= sinceMs) &&
    (!denied || isRefusal(row))
  );
}

/** keyward said no (the code's HTTP status is 4xx), as against an upstream that failed. */
function isRefusal({ kind, code }: AuditRow): boolean {
  if (kind === "denied") return true;
  return code !== null && code in ERRORS && ERRORS[code as keyof typeof ERRORS].http < 500;
}
