// Finds where the chain goes on: the last whole record of the file, what a crash left after it, and what the head file remembers.
// In: the open file, the head. Out: the place of the next record. Only ever reads.
import { fstatSync } from "node:fs";
import { backwardLines } from "./backward-lines.ts";
import type { Head } from "./head-file.ts";
import { GENESIS, readRecordLine, sha256 } from "./record-line.ts";

export interface ChainEnd extends Head {
  /** The file does not end with a line feed: the next record must begin with one. */
  readonly needsLineFeed: boolean;
  /** SHA-256 of an unfinished last line, for the next record to vouch for. */
  readonly torn: string | null;
  /** The key of the checkpoint that is the last record, so that all before it are vouched for; null = it is none. */
  readonly sealedBy: string | null;
}

export interface KnownOfChain {
  /** A record that is known to have been on the disk. */
  readonly head: Head | null;
  /** The end of the file before this one. */
  readonly before: ChainEnd | null;
}

export function findChainEnd(fd: number, { head, before }: KnownOfChain): ChainEnd {
  const { size } = fstatSync(fd);
  let needsLineFeed = false;
  let torn: string | null = null;
  let last: Head = before === null ? { seq: 0, hash: GENESIS } : { seq: before.seq, hash: before.hash };
  let sealedBy = before?.sealedBy ?? null;
  for (const { bytes, isEnded } of backwardLines(fd, size)) {
    const record = readRecordLine(bytes.toString("utf8"));
    if (!isEnded) needsLineFeed = true;
    if (record !== null) {
      last = { seq: record.seq, hash: record.hash };
      sealedBy = record.kind === "checkpoint" ? (record.key ?? "") : null;
      break;
    }
    if (!isEnded) torn = sha256(bytes);
  }
  // The head is written only after the records it counts are on the disk. If they are gone they were removed, and
  // numbering on from the head leaves the gap in the file for everyone to see.
  if (head !== null && head.seq > last.seq) {
    last = { seq: head.seq, hash: head.hash };
  }
  return { ...last, needsLineFeed, torn, sealedBy };
}
