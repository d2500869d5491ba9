// The records of an audit file in the order of writing, a part at a time, exactly as they are written: for `audit export`.
// In: the path, where to go on, a selection. Out: whole lines and where the next part begins, null at the end. Only ever reads.
// Without a selection every line is given, damaged ones too, so that the copy can be verified like the file.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { KeywardError, systemCode } from "../core/errors.ts";
import { type AuditSelection, isSelected, toRow } from "./audit-row.ts";
import { readRecordLine } from "./record-line.ts";

export interface FilePart {
  readonly lines: readonly string[];
  readonly nextByte: number | null;
}

/** Far below what a control message may hold, whatever has to be escaped in it. */
const PART_BYTES = 1024 * 1024;

export function readPart(path: string, fromByte: number, selection: Omit<AuditSelection, "limit"> | null): FilePart {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { lines: [], nextByte: null };
    throw error;
  }
  try {
    const part = Buffer.alloc(PART_BYTES);
    const read = readSync(fd, part, 0, PART_BYTES, fromByte);
    const isLast = fromByte + read >= fstatSync(fd).size;
    // Up to the last whole line; what follows the end of the file is being written just now, or was cut off by a crash.
    const end = part.lastIndexOf("\n", read - 1) + 1;
    if (end === 0 && !isLast)
      throw new KeywardError("AUDIT_FAILED", `the audit file ${path} holds a line that is no record`, { hint: "keyward audit verify" });
    const lines = end === 0 ? [] : part.toString("utf8", 0, end - 1).split("\n");
    const chosen = selection === null ? lines : lines.filter((line) => fits(line, selection));
    return { lines: chosen, nextByte: isLast ? null : fromByte + end };
  } finally {
    closeSync(fd);
  }
}

function fits(line: string, selection: Omit<AuditSelection, "limit">): boolean {
  const record = readRecordLine(line);
  return record !== null && isSelected(toRow(record), { ...selection, limit: 0 });
}
