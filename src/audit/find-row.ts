// One request of an audit by its id: how it ended, and when its credential was released.
// In: the path, a request id. Out: the row, or null when no record has the id. Reads from the newest record backwards and only reads.
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { systemCode } from "../core/errors.ts";
import { type AuditRow, type EventRecord, isEvent, toRow } from "./audit-row.ts";
import { backwardLines } from "./backward-lines.ts";
import { auditFiles } from "./files/audit-files.ts";
import { readRecordLine } from "./record-line.ts";

export interface FoundRow {
  readonly row: AuditRow;
  /** null: no credential left with it. */
  readonly releasedAtMs: number | null;
}

/** A file that is not there has no records. */
export function findRow(path: string, requestId: string): FoundRow | null {
  let ended: AuditRow | null = null;
  for (const record of recordsOf(path, requestId)) {
    if (record.kind === "release") return { row: ended ?? toRow(record), releasedAtMs: record.atMs };
    ended ??= toRow(record);
    if (ended.credential !== "injected" && ended.credential !== "filled") break;
  }
  return ended === null ? null : { row: ended, releasedAtMs: null };
}

/** The newest first, over all files: the two records of a request may lie in two of them. */
function* recordsOf(path: string, requestId: string): Generator<EventRecord> {
  for (const file of auditFiles(path).reverse()) {
    const fd = openIfThere(file);
    if (fd === null) continue;
    try {
      for (const { bytes } of backwardLines(fd, fstatSync(fd).size)) {
        // Most lines are of other requests: they are not worth hashing.
        if (!bytes.includes(requestId)) continue;
        const record = readRecordLine(bytes.toString("utf8"));
        if (isEvent(record) && record.requestId === requestId) yield record;
      }
    } finally {
      closeSync(fd);
    }
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  }
}
