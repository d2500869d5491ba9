// One request of an audit file by its id: how it ended, and when its credential was released.
// In: the path, a request id. Out: the row, or null when no record has the id. Reads from the newest record backwards and only reads.
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { systemCode } from "../core/errors.ts";
import { type AuditRow, toRow } from "./audit-row.ts";
import { backwardLines } from "./backward-lines.ts";
import { readRecordLine } from "./record-line.ts";

export interface FoundRow {
  readonly row: AuditRow;
  /** null: no credential left with it. */
  readonly releasedAtMs: number | null;
}

/** A file that is not there has no records. */
export function findRow(path: string, requestId: string): FoundRow | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  }
  try {
    return search(fd, requestId);
  } finally {
    closeSync(fd);
  }
}

function search(fd: number, requestId: string): FoundRow | null {
  let ended: AuditRow | null = null;
  for (const { bytes } of backwardLines(fd, fstatSync(fd).size)) {
    // Most lines are of other requests: they are not worth hashing.
    if (!bytes.includes(requestId)) continue;
    const record = readRecordLine(bytes.toString("utf8"));
    if (record?.requestId !== requestId) continue;
    if (record.kind === "release") return { row: ended ?? toRow(record), releasedAtMs: record.atMs };
    ended ??= toRow(record);
    if (ended.credential !== "injected" && ended.credential !== "filled") break;
  }
  return ended === null ? null : { row: ended, releasedAtMs: null };
}
