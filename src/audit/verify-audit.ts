// Checks an audit from its first record to its last, over all its files: nothing edited, removed, added or moved.
// In: the path, what the store knows. Out: how many records there are and the number of the first that is not as it must be. Only ever reads.
// An unfinished last line is what a crash leaves, not tampering; inside a file it must be vouched for by the record after it.
import type { KeyObject } from "node:crypto";
import { closeSync, createReadStream, openSync } from "node:fs";
import { KeywardError, systemCode } from "../core/errors.ts";
import type { Line } from "./backward-lines.ts";
import { auditFiles } from "./files/audit-files.ts";
import { type Head, readHead } from "./head-file.ts";
import { GENESIS, readRecordLine, sha256, type WrittenRecord } from "./record-line.ts";
import { isSignedBy, keyId } from "./seal/checkpoint.ts";

export interface AuditVerdict {
  /** Checkpoints are records too. */
  readonly records: number;
  /** null: the chain is whole. */
  readonly firstBadSeq: number | null;
  /** Where it was noticed. */
  readonly firstBadFile: string | null;
  /** The records up to this one are vouched for by a signature; 0 = none, or there was no key to check one with. */
  readonly signedUpTo: number;
}

export interface AuditTrust {
  /** null: checkpoints are not checked. */
  readonly publicKey: KeyObject | null;
  /** What the store remembers of the last checkpoint. */
  readonly head: Head | null;
}

/** A file that is not there has no records. @throws AUDIT_FAILED when it cannot be read */
export async function verifyAudit(path: string, trust: AuditTrust = { publicKey: null, head: null }): Promise<AuditVerdict> {
  const check = new ChainCheck({ publicKey: trust.publicKey, heads: [readHead(path), trust.head] });
  // All are opened before the first is read: another may be put aside meanwhile.
  const files = openAll(path);
  check.begin(path);
  try {
    for (const { file, fd } of files) {
      check.begin(file);
      for await (const { bytes, isEnded } of lines(fd)) check.take(bytes, isEnded);
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    for (const { fd } of files) closeSync(fd);
  }
  return check.verdict();
}

interface OpenFile {
  readonly file: string;
  readonly fd: number;
}

function openAll(path: string): OpenFile[] {
  const files: OpenFile[] = [];
  try {
    for (const file of auditFiles(path)) {
      try {
        files.push({ file, fd: openSync(file, "r") });
      } catch (error) {
        if (systemCode(error) !== "ENOENT") throw error;
      }
    }
    return files;
  } catch (error) {
    for (const { fd } of files) closeSync(fd);
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): KeywardError {
  return new KeywardError("AUDIT_FAILED", `the audit file ${path} cannot be read (${systemCode(error) ?? "unknown reason"})`, {
    hint: "fix its owner and mode",
    cause: error,
  });
}

interface Place {
  readonly seq: number;
  readonly file: string;
}

class ChainCheck {
  readonly #publicKey: KeyObject | null;
  readonly #heads: readonly Head[];
  #file = "";
  #records = 0;
  #firstBad: Place | null = null;
  #signedUpTo = 0;
  /** A checkpoint of another key, before the first of ours: a restored store has a new key, and its first checkpoint vouches for all before. */
  #firstForeign: Place | null = null;
  #last: Head = { seq: 0, hash: GENESIS };
  /** SHA-256 of a line that is no record and waits for the next one to vouch for it. */
  #torn: string | null = null;
  #isCutOff = false;

  constructor({ publicKey, heads }: { readonly publicKey: KeyObject | null; readonly heads: readonly (Head | null)[] }) {
    this.#publicKey = publicKey;
    this.#heads = heads.filter((head) => head !== null);
  }

  begin(file: string): void {
    this.#file = file;
  }

  take(line: Buffer, isEnded: boolean): void {
    const record = readRecordLine(line.toString("utf8"));
    this.#isCutOff = !isEnded;
    if (record !== null) this.#records++;
    if (this.#firstBad !== null) return;
    const expected = this.#last.seq + 1;
    if (record === null) {
      // Two in a row: only the later one can be vouched for.
      if (this.#torn !== null) this.#firstBad = { seq: expected, file: this.#file };
      this.#torn = sha256(line);
      return;
    }
    if (!this.#isInPlace(record, expected) || !this.#isVouching(record)) this.#firstBad = { seq: expected, file: this.#file };
    this.#last = { seq: record.seq, hash: record.hash };
    this.#torn = null;
  }

  #isInPlace(record: WrittenRecord, expected: number): boolean {
    const isNext = record.seq === expected && record.prev === this.#last.hash && (record.torn ?? null) === this.#torn;
    return isNext && this.#heads.every(({ seq, hash }) => record.seq !== seq || record.hash === hash);
  }

  #isVouching(record: WrittenRecord): boolean {
    if (record.kind !== "checkpoint" || this.#publicKey === null) return true;
    if (record.key !== keyId(this.#publicKey) && this.#signedUpTo === 0) {
      this.#firstForeign ??= { seq: record.seq, file: this.#file };
      return true;
    }
    if (record.count !== record.seq - 1 || !isSignedBy(this.#publicKey, record)) return false;
    this.#signedUpTo = record.seq;
    this.#firstForeign = null;
    return true;
  }

  verdict(): AuditVerdict {
    const areNewestGone = this.#heads.some(({ seq }) => seq > this.#last.seq);
    const isLastDamaged = this.#torn !== null && !this.#isCutOff;
    const next = areNewestGone || isLastDamaged ? { seq: this.#last.seq + 1, file: this.#file } : null;
    const firstBad = this.#firstBad ?? this.#firstForeign ?? next;
    return {
      records: this.#records,
      firstBadSeq: firstBad?.seq ?? null,
      firstBadFile: firstBad?.file ?? null,
      signedUpTo: this.#signedUpTo,
    };
  }
}

async function* lines(fd: number): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream("", { fd, autoClose: false, start: 0, highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
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
