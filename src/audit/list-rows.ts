// The newest rows of an audit, over all its files, that fit a query: one row a request, although a request with a credential is two records.
// In: the path, a query. Out: rows, oldest first. Damaged lines are passed over; verify-audit tells about them.
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { type AuditRow, type AuditSelection, isEvent, isSelected, toRow } from "./audit-row.ts";
import { backwardLines } from "./backward-lines.ts";
import { auditFiles } from "./files/audit-files.ts";
import { readRecordLine, type WrittenRecord } from "./record-line.ts";

/** Records lie in the order of writing; a clock that was set back makes older times follow newer ones. */
const CLOCK_SLACK_MS = 86_400_000;

export function listRows(path: string, query: AuditSelection): AuditRow[] {
  const rows: AuditRow[] = [];
  const completed = new Set<string>();
  for (const record of backwardRecords(path)) {
    if (rows.length >= query.limit) break;
    if (query.afterSeq !== undefined && record.seq <= query.afterSeq) break;
    if (query.sinceMs !== null && record.atMs < query.sinceMs - CLOCK_SLACK_MS) break;
    if (!isEvent(record)) continue;
    if (record.kind === "release" && completed.has(record.requestId)) continue;
    completed.add(record.requestId);
    const row = toRow(record);
    if (isSelected(row, query)) rows.push(row);
  }
  return rows.reverse();
}

/** The records of all files, the newest first. */
function* backwardRecords(path: string): Generator<WrittenRecord> {
  for (const file of auditFiles(path).reverse()) {
    const fd = openSync(file, constants.O_RDONLY);
    try {
      for (const { bytes } of backwardLines(fd, fstatSync(fd).size)) {
        const record = readRecordLine(bytes.toString("utf8"));
        if (record !== null) yield record;
      }
    } finally {
      closeSync(fd);
    }
  }
}
