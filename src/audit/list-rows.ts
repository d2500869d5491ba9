// The newest rows of an audit file that fit a query: one row a request, although a request with a credential is two records.
// In: the path, a query. Out: rows, oldest first. Damaged lines are passed over; verify-audit tells about them.
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { type AuditRow, type AuditSelection, isSelected, toRow } from "./audit-row.ts";
import { backwardLines } from "./backward-lines.ts";
import { readRecordLine } from "./record-line.ts";

/** Records lie in the order of writing; a clock that was set back makes older times follow newer ones. */
const CLOCK_SLACK_MS = 86_400_000;

export function listRows(path: string, query: AuditSelection): AuditRow[] {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    return collect(fd, query);
  } finally {
    closeSync(fd);
  }
}

function collect(fd: number, query: AuditSelection): AuditRow[] {
  const rows: AuditRow[] = [];
  const completed = new Set<string>();
  for (const { bytes } of backwardLines(fd, fstatSync(fd).size)) {
    if (rows.length >= query.limit) break;
    const record = readRecordLine(bytes.toString("utf8"));
    if (record === null) continue;
    if (query.afterSeq !== undefined && record.seq <= query.afterSeq) break;
    if (query.sinceMs !== null && record.atMs < query.sinceMs - CLOCK_SLACK_MS) break;
    if (record.kind === "release" && completed.has(record.requestId)) continue;
    completed.add(record.requestId);
    const row = toRow(record);
    if (isSelected(row, query)) rows.push(row);
  }
  return rows.reverse();
}
