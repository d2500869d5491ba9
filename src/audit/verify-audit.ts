// Checks an audit file from its first record to its last: nothing edited, removed, added or moved.
// In: the path. Out: how many records there are and the number of the first that is not as it must be. Only ever reads.
// An unfinished last line is what a crash leaves, not tampering; inside the file it must be vouched for by the record after it.
import { createReadStream } from "node:fs";
import { KeywardError, systemCode } from "../core/errors.ts";
import type { Line } from "./backward-lines.ts";
import { type Head, readHead } from "./head-file.ts";
import { GENESIS, readRecordLine, sha256 } from "./record-line.ts";

export interface AuditVerdict {
  readonly records: number;
  /** null: the chain is whole. */
  readonly firstBadSeq: number | null;
}

/** A file that is not there has no records. @throws AUDIT_FAILED when it cannot be read */
export async function verifyAudit(path: string): Promise<AuditVerdict> {
  const check = new ChainCheck(readHead(path));
  try {
    for await (const { bytes, isEnded } of lines(path)) check.take(bytes, isEnded);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") {
      throw new KeywardError("AUDIT_FAILED", `the audit file ${path} cannot be read (${systemCode(error) ?? "unknown reason"})`, {
        hint: "fix its owner and mode",
        cause: error,
      });
    }
  }
  return check.verdict();
}

class ChainCheck {
  readonly #head: Head | null;
  #records = 0;
  #firstBadSeq: number | null = null;
  #last: Head = { seq: 0, hash: GENESIS };
  /** SHA-256 of a line that is no record and waits for the next one to vouch for it. */
  #torn: string | null = null;
  #isCutOff = false;

  constructor(head: Head | null) {
    this.#head = head;
  }

  take(line: Buffer, isEnded: boolean): void {
    const record = readRecordLine(line.toString("utf8"));
    this.#isCutOff = !isEnded;
    if (record !== null) this.#records++;
    if (this.#firstBadSeq !== null) return;
    const expected = this.#last.seq + 1;
    if (record === null) {
      // Two in a row: only the later one can be vouched for.
      if (this.#torn !== null) this.#firstBadSeq = expected;
      this.#torn = sha256(line);
      return;
    }
    const isInPlace = record.seq === expected && record.prev === this.#last.hash && (record.torn ?? null) === this.#torn;
    const isAsRemembered = record.seq !== this.#head?.seq || record.hash === this.#head.hash;
    if (!isInPlace || !isAsRemembered) this.#firstBadSeq = expected;
    this.#last = { seq: record.seq, hash: record.hash };
    this.#torn = null;
  }

  verdict(): AuditVerdict {
    const areNewestGone = this.#head !== null && this.#head.seq > this.#last.seq;
    const isLastDamaged = this.#torn !== null && !this.#isCutOff;
    const next = areNewestGone || isLastDamaged ? this.#last.seq + 1 : null;
    return { records: this.#records, firstBadSeq: this.#firstBadSeq ?? next };
  }
}

async function* lines(path: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let feed = block.indexOf(10); feed >= 0; feed = block.indexOf(10, start)) {
      yield { bytes: block.subarray(start, feed), isEnded: true };
      start = feed + 1;
    }
    rest = block.subarray(start);
  }
  if (rest.length > 0) yield { bytes: rest, isEnded: false };
}
