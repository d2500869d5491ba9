// Writes records to the end of the chain: their place, their hashes, now and then a signed checkpoint, and a new file when one is full or old.
// In: batches of records. Out: lines that the kernel has when `write` returns, all of a batch or none. Never changes a record that is written.
import { closeSync, fdatasyncSync, fstatSync, openSync, statSync } from "node:fs";
import type { Clock } from "../core/clock.ts";
import { type ChainEnd, findChainEnd } from "./chain-end.ts";
import { ChainDraft } from "./seal/chain-draft.ts";
import { rotatedFiles } from "./files/audit-files.ts";
import { firstRecordAtMs } from "./files/first-record.ts";
import { openPrivately, writeWhole } from "./files/private-file.ts";
import { rotateFile } from "./files/rotate-file.ts";
import { type Head, newerHead, readHead, writeHead } from "./head-file.ts";
import type { WrittenKind } from "./record-line.ts";
import { type AuditSeal, CHECKPOINT_AFTER_MS, keyId } from "./seal/checkpoint.ts";
import { writePublicKey } from "./seal/public-key-file.ts";
import type { AuditRecord } from "./sink.ts";

export interface ChainRecord {
  readonly kind: WrittenKind;
  readonly record: AuditRecord;
  readonly atMs: number;
}

/** When a new file begins; 0 = never. */
export interface RotationLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface ChainWriterOptions {
  readonly path: string;
  readonly clock: Clock;
  /** null: a chain without checkpoints. */
  readonly seal: AuditSeal | null;
  readonly limits: () => RotationLimits;
}

/** A rotation that failed is tried again with a flush, not with every record. */
const ROTATE_AGAIN_MS = 30_000;

export class ChainWriter {
  readonly #options: ChainWriterOptions;
  #fd: number;
  #end: ChainEnd;
  #sizeBytes: number;
  #firstAtMs: number | null;
  #limits: RotationLimits;
  /** A write that failed may have left part of a line: the file says where to go on. */
  #mustFindEnd = false;
  #rotateNotBeforeMs = -Infinity;
  #unsealed = 0;
  #unsealedSinceMs: number | null = null;
  #checkpoint: Head | null = null;

  /** Throws KeywardError or node's own error. */
  constructor(options: ChainWriterOptions) {
    this.#options = options;
    this.#limits = options.limits();
    this.#fd = openPrivately(options.path);
    try {
      this.#end = this.#findEnd();
      this.#sizeBytes = fstatSync(this.#fd).size;
      this.#firstAtMs = firstRecordAtMs(this.#fd);
      if (options.seal !== null) this.#begin(options.seal);
      this.flush();
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  get seq(): number {
    return this.#end.seq;
  }

  write(batch: readonly ChainRecord[]): void {
    const nowMs = batch[0]?.atMs ?? 0;
    this.#rotateWhenDue(() => nowMs);
    const draft = this.#draft();
    for (const { kind, record, atMs } of batch) draft.add(kind, record, atMs);
    this.#append(draft);
    this.#firstAtMs ??= nowMs;
    if (this.#options.seal !== null && this.#unsealed > 0) this.#unsealedSinceMs ??= nowMs;
  }

  /** Brings everything to the disk and notes how far it reaches. */
  flush(): void {
    const now = (): number => this.#options.clock.nowMs();
    this.#limits = this.#options.limits();
    this.#reopenWhenReplaced();
    if (this.#unsealedSinceMs !== null && now() - this.#unsealedSinceMs >= CHECKPOINT_AFTER_MS) this.#seal();
    this.#rotateWhenDue(now);
    this.#sync();
  }

  close(): void {
    try {
      this.#reopenWhenReplaced();
      this.#seal();
      this.#sync();
    } finally {
      closeSync(this.#fd);
    }
  }

  #begin(seal: AuditSeal): void {
    writePublicKey(this.#options.path, seal.publicKey);
    // A crash came before the checkpoint of its last records, or a restored store has another key.
    if (this.#end.seq === 0 || this.#end.sealedBy === keyId(seal.publicKey)) return;
    this.#unsealed = 1;
    this.#seal();
  }

  #draft(): ChainDraft {
    if (this.#mustFindEnd) this.#end = this.#findEnd();
    return new ChainDraft({ end: this.#end, seal: this.#options.seal, unsealed: this.#unsealed });
  }

  #append(draft: ChainDraft): void {
    const bytes = Buffer.from(draft.text);
    this.#mustFindEnd = true;
    writeWhole(this.#fd, bytes);
    this.#mustFindEnd = false;
    this.#end = draft.end;
    this.#sizeBytes += bytes.length;
    this.#unsealed = draft.unsealed;
    if (draft.checkpoint === null) return;
    this.#checkpoint = draft.checkpoint;
    this.#unsealedSinceMs = null;
  }

  #seal(): void {
    if (this.#options.seal === null || this.#unsealed === 0) return;
    const draft = this.#draft();
    draft.addCheckpoint(this.#options.clock.nowMs());
    this.#append(draft);
  }

  #sync(): void {
    fdatasyncSync(this.#fd);
    // What a crash left unfinished is not counted, so a head never names a record that is not there.
    writeHead(this.#options.path, this.#end);
    if (this.#checkpoint === null) return;
    try {
      this.#options.seal?.writeHead(this.#checkpoint);
      this.#checkpoint = null;
    } catch {
      // The store's disk may be full: what it remembers lags behind until the next flush, and the audit goes on.
    }
  }

  #rotateWhenDue(now: () => number): void {
    const { maxBytes, maxAgeMs } = this.#limits;
    if ((maxBytes === 0 && maxAgeMs === 0) || this.#sizeBytes === 0) return;
    const nowMs = now();
    const isFull = maxBytes > 0 && this.#sizeBytes >= maxBytes;
    const isOld = maxAgeMs > 0 && this.#firstAtMs !== null && nowMs - this.#firstAtMs >= maxAgeMs;
    if ((!isFull && !isOld) || nowMs < this.#rotateNotBeforeMs) return;
    try {
      this.#seal();
      this.#sync();
      const fresh = rotateFile(this.#options.path);
      closeSync(this.#fd);
      this.#fd = fresh;
      this.#sizeBytes = 0;
      this.#firstAtMs = null;
    } catch {
      // The file grows on; records matter more than its size.
      this.#rotateNotBeforeMs = nowMs + ROTATE_AGAIN_MS;
    }
  }

  /** A file that was moved away or deleted under us would take records that nobody can find. The new one begins with a visible gap. */
  #reopenWhenReplaced(): void {
    const { path } = this.#options;
    const there = statSync(path, { throwIfNoEntry: false });
    const ours = fstatSync(this.#fd);
    if (there !== undefined && there.ino === ours.ino && there.dev === ours.dev) return;
    const fresh = openPrivately(path);
    closeSync(this.#fd);
    this.#fd = fresh;
    this.#end = { ...findChainEnd(fresh, { head: this.#end, before: null }) };
    this.#sizeBytes = fstatSync(fresh).size;
    this.#firstAtMs = firstRecordAtMs(fresh);
  }

  #findEnd(): ChainEnd {
    const { path, seal } = this.#options;
    const known = (this.#end as ChainEnd | undefined) ?? null;
    const head = known ?? newerHead(readHead(path), seal?.readHead() ?? null);
    return findChainEnd(this.#fd, { head, before: known === null ? lastRotatedEnd(path) : null });
  }
}

function lastRotatedEnd(path: string): ChainEnd | null {
  const last = rotatedFiles(path).at(-1);
  if (last === undefined) return null;
  const fd = openSync(last, "r");
  try {
    return findChainEnd(fd, { head: null, before: null });
  } finally {
    closeSync(fd);
  }
}
