// Opens a profile's audit file for appending, with O_APPEND: what has been written the kernel has, so a crash of the
// daemon loses none of it. Records of requests that come in one turn of the event loop share one write. The disk has it after `flush`.
// In: path, clock. Out: an AuditLog. Never changes a record that is in the file.
import { closeSync, constants, fchmodSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { Clock } from "../core/clock.ts";
import { KeywardError, systemCode } from "../core/errors.ts";
import type { AuditRow, AuditSelection } from "./audit-row.ts";
import { type ChainEnd, findChainEnd } from "./chain-end.ts";
import { readHead, writeHead } from "./head-file.ts";
import { listRows } from "./list-rows.ts";
import { type WrittenKind, writeRecordLine } from "./record-line.ts";
import type { AuditRecord, AuditSink } from "./sink.ts";

export interface AuditLog extends AuditSink {
  /** One row a request, oldest first. */
  list(query: AuditSelection): AuditRow[];
  /** Number of the newest record; 0 = none yet. */
  readonly lastSeq: number;
  /** Brings everything to the disk and notes how far the file reaches. Not for the path of a request. */
  flush(): void;
  close(): void;
}

export interface OpenAuditOptions {
  readonly path: string;
  readonly clock: Clock;
}

/** A record that waits for the write of this turn. */
interface Waiting {
  readonly kind: WrittenKind;
  readonly record: AuditRecord;
  readonly atMs: number;
}

/** All releases of one turn wait for one write: it has every line or none, so one promise serves them all. */
interface Turn {
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Outcomes kept for a later try while the file cannot be written; each has its release line in the file already. */
const MAX_WAITING = 10_000;

/** @throws AUDIT_FAILED, HOME_UNSAFE */
export function openAudit({ path, clock }: OpenAuditOptions): AuditLog {
  return new AuditFile(path, clock);
}

class AuditFile implements AuditLog {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #fd: number;
  #end: ChainEnd;
  /** A write that failed may have left part of a line: the file says where to go on. */
  #mustFindEnd = false;
  #isOpen = true;
  #waiting: Waiting[] = [];
  #turn: Turn | null = null;
  #isScheduled = false;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    this.#fd = openPrivately(path);
    try {
      this.#end = findChainEnd(this.#fd, readHead(path));
      this.flush();
    } catch (error) {
      closeSync(this.#fd);
      throw failed(path, error);
    }
  }

  release(record: AuditRecord): Promise<void> {
    this.#enqueue("release", record);
    this.#turn ??= startTurn();
    return this.#turn.written;
  }

  complete(record: AuditRecord): void {
    this.#enqueue(record.kind, record);
  }

  append(record: AuditRecord): void {
    this.#writeWaiting();
    this.#guard(() => this.#write([{ kind: record.kind, record, atMs: this.#clock.nowMs() }]));
  }

  list(query: AuditSelection): AuditRow[] {
    this.#writeWaiting();
    return this.#guard(() => listRows(this.#path, query));
  }

  get lastSeq(): number {
    this.#writeWaiting();
    return this.#end.seq;
  }

  flush(): void {
    this.#writeWaiting();
    this.#guard(() => {
      fdatasyncSync(this.#fd);
      // What a crash left unfinished is not counted, so a head never names a record that is not there.
      writeHead(this.#path, this.#end);
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    try {
      this.flush();
    } finally {
      this.#isOpen = false;
      closeSync(this.#fd);
    }
  }

  #enqueue(kind: WrittenKind, record: AuditRecord): void {
    this.#waiting.push({ kind, record, atMs: this.#clock.nowMs() });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After the sockets that are ready now have been heard, so that their requests share the write.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#writeWaiting();
    });
  }

  #writeWaiting(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    const turn = this.#turn;
    this.#waiting = [];
    this.#turn = null;
    try {
      this.#guard(() => this.#write(batch));
      turn?.resolve();
    } catch (error) {
      this.#waiting = batch.filter(({ kind }) => kind !== "release").slice(-MAX_WAITING);
      turn?.reject(error);
    }
  }

  /** All of the batch or none of it. */
  #write(batch: readonly Waiting[]): void {
    if (this.#mustFindEnd) this.#end = findChainEnd(this.#fd, this.#end);
    let { seq, hash: prev, torn } = this.#end;
    let text = this.#end.needsLineFeed ? "\n" : "";
    for (const { kind, record, atMs } of batch) {
      seq += 1;
      const { line, hash } = writeRecordLine(kind, record, { seq, atMs, prev, torn });
      prev = hash;
      torn = null;
      text += `${line}\n`;
    }
    this.#mustFindEnd = true;
    writeWhole(this.#fd, text);
    this.#mustFindEnd = false;
    this.#end = { seq, hash: prev, torn, needsLineFeed: false };
  }

  #guard<T>(use: () => T): T {
    if (!this.#isOpen) throw new KeywardError("AUDIT_FAILED", "the audit file is closed", { hint: "keyward daemon restart" });
    try {
      return use();
    } catch (error) {
      throw failed(this.#path, error);
    }
  }
}

function startTurn(): Turn {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const written = new Promise<void>((onWritten, onFailed) => {
    resolve = onWritten;
    reject = onFailed;
  });
  return { written, resolve, reject };
}

function openPrivately(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
  } catch (error) {
    if (systemCode(error) === "ELOOP") throw unsafe(`${path} is a link`, `move ${path} away`);
    throw failed(path, error);
  }
  try {
    verifyPrivate(fd, path);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function verifyPrivate(fd: number, path: string): void {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw unsafe(`${path} is not a plain file`, `move ${path} away`);
  if (process.getuid === undefined) return;
  if (stat.uid !== process.getuid()) throw unsafe(`${path} belongs to another user (uid ${stat.uid})`, `move ${path} away`);
  if ((stat.mode & 0o077) !== 0) throw unsafe(`${path} can be read or written by other users`, `chmod 600 '${path}'`);
  // A umask that takes the owner's bits away would lock us out at the next start.
  if ((stat.mode & 0o600) !== 0o600) fchmodSync(fd, 0o600);
}

/** One write almost always. A part that fits before the disk is full is taken back, so that no half record stays. */
function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    if (written > 0) ftruncateSync(fd, fstatSync(fd).size - written);
    throw error;
  }
}

function unsafe(message: string, hint: string): KeywardError {
  return new KeywardError("HOME_UNSAFE", message, { hint });
}

function failed(path: string, error: unknown): Error {
  const code = systemCode(error);
  if (error instanceof KeywardError || code === undefined) return error as Error;
  return new KeywardError("AUDIT_FAILED", `the audit file ${path} cannot be written (${code})`, {
    hint: "free some space or fix the permissions of the directory, then try again",
    cause: error,
  });
}
