// The records of an audit in the order of writing, a part at a time, exactly as they are written: for `audit export`.
// In: the path, where to go on, a selection. Out: whole lines and where the next part begins, null at the end. Only ever reads.
// Without a selection every line is given, damaged ones too, so that the copy can be verified like the file.
import { closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { KeywardError } from "../core/errors.ts";
import { type AuditSelection, isEvent, isSelected, toRow } from "./audit-row.ts";
import { auditFiles } from "./files/audit-files.ts";
import { readRecordLine } from "./record-line.ts";

export interface FilePart {
  readonly lines: readonly string[];
  readonly nextByte: number | null;
}

/** Far below what a control message may hold, whatever has to be escaped in it. */
const PART_BYTES = 1024 * 1024;

/** `fromByte` counts through all files, the oldest first: those that are put aside do not change any more. */
export function readPart(path: string, fromByte: number, selection: Omit<AuditSelection, "limit"> | null): FilePart {
  const sized = auditFiles(path).map((file) => ({ file, size: statSync(file, { throwIfNoEntry: false })?.size ?? 0 }));
  const totalBytes = sized.reduce((sum, { size }) => sum + size, 0);
  let startByte = 0;
  for (const { file, size } of sized) {
    if (fromByte >= startByte + size) {
      startByte += size;
      continue;
    }
    const { text, bytes } = wholeLines(file, fromByte - startByte, size);
    const lines = text === null ? [] : text.split("\n");
    const nextByte = fromByte + bytes;
    const chosen = selection === null ? lines : lines.filter((line) => fits(line, selection));
    return { lines: chosen, nextByte: nextByte >= totalBytes ? null : nextByte };
  }
  return { lines: [], nextByte: null };
}

/** Up to the last whole line; what follows the end of the file is being written just now, or was cut off by a crash. */
function wholeLines(file: string, from: number, size: number): { readonly text: string | null; readonly bytes: number } {
  const fd = openSync(file, constants.O_RDONLY);
  try {
    const part = Buffer.alloc(Math.min(PART_BYTES, size - from));
    const read = readSync(fd, part, 0, part.length, from);
    const isLast = from + read >= size;
    const end = read === 0 ? 0 : part.lastIndexOf("\n", read - 1) + 1;
    if (end === 0 && !isLast)
      throw new KeywardError("AUDIT_FAILED", `the audit file ${file} holds a line that is no record`, { hint: "keyward audit verify" });
    return { text: end === 0 ? null : part.toString("utf8", 0, end - 1), bytes: isLast ? size - from : end };
  } finally {
    closeSync(fd);
  }
}

function fits(line: string, selection: Omit<AuditSelection, "limit">): boolean {
  const record = readRecordLine(line);
  return isEvent(record) && isSelected(toRow(record), { ...selection, limit: 0 });
}
