// Opens a profile's audit file for appending, with O_APPEND: what has been written the kernel has, so a crash of the
// daemon loses none of it. Records of requests that come in one turn of the event loop share one write. The disk has it after `flush`.
// In: path, clock. Out: an AuditLog. Never changes a record that is in the file.
import type { Clock } from "../core/clock.ts";
import { KeywardError } from "../core/errors.ts";
import type { AuditRow, AuditSelection } from "./audit-row.ts";
import { type ChainRecord, ChainWriter, type RotationLimits } from "./chain-writer.ts";
import { auditFailed } from "./files/private-file.ts";
import { listRows } from "./list-rows.ts";
import type { AuditSeal } from "./seal/checkpoint.ts";
import type { WrittenKind } from "./record-line.ts";
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
  /** Signs checkpoints; absent: the chain vouches for itself alone. */
  readonly seal?: AuditSeal;
  /** Asked now and then; absent: one file for ever. */
  readonly limits?: () => RotationLimits;
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
export function openAudit(options: OpenAuditOptions): AuditLog {
  return new AuditFile(options);
}

const ONE_FILE: RotationLimits = { maxBytes: 0, maxAgeMs: 0 };

class AuditFile implements AuditLog {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #chain: ChainWriter;
  #isOpen = true;
  /** Records that wait for the write of this turn. */
  #waiting: ChainRecord[] = [];
  #turn: Turn | null = null;
  #isScheduled = false;

  constructor({ path, clock, seal, limits }: OpenAuditOptions) {
    this.#path = path;
    this.#clock = clock;
    try {
      this.#chain = new ChainWriter({ path, clock, seal: seal ?? null, limits: limits ?? (() => ONE_FILE) });
    } catch (error) {
      throw auditFailed(path, error);
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
    this.#guard(() => this.#chain.write([{ kind: record.kind, record, atMs: this.#clock.nowMs() }]));
  }

  list(query: AuditSelection): AuditRow[] {
    this.#writeWaiting();
    return this.#guard(() => listRows(this.#path, query));
  }

  get lastSeq(): number {
    this.#writeWaiting();
    return this.#chain.seq;
  }

  flush(): void {
    this.#writeWaiting();
    this.#guard(() => this.#chain.flush());
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#writeWaiting();
    this.#isOpen = false;
    try {
      this.#chain.close();
    } catch (error) {
      throw auditFailed(this.#path, error);
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
      this.#guard(() => this.#chain.write(batch));
      turn?.resolve();
    } catch (error) {
      this.#waiting = batch.filter(({ kind }) => kind !== "release").slice(-MAX_WAITING);
      turn?.reject(error);
    }
  }

  #guard<T>(use: () => T): T {
    if (!this.#isOpen) throw new KeywardError("AUDIT_FAILED", "the audit file is closed", { hint: "keyward daemon restart" });
    try {
      return use();
    } catch (error) {
      throw auditFailed(this.#path, error);
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
