// When the first record of an audit file was written: by it a file is old enough to be put aside.
// In: an open file. Out: milliseconds, or null for a file without a whole record in its first block. Only ever reads.
import { readSync } from "node:fs";
import { readRecordLine } from "../record-line.ts";

/** A line is at most some 4 KB; a few of them may be torn. */
const BLOCK_BYTES = 65_536;

export function firstRecordAtMs(fd: number): number | null {
  const block = Buffer.alloc(BLOCK_BYTES);
  const text = block.toString("utf8", 0, readSync(fd, block, 0, BLOCK_BYTES, 0));
  for (const line of text.split("\n")) {
    const record = readRecordLine(line);
    if (record !== null) return record.atMs;
  }
  return null;
}
