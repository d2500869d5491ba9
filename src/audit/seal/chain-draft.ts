// The lines of one write to the audit file, each with its place in the chain, and a checkpoint after every so many records.
// In: where the chain ends, records. Out: the text and where the chain ends after it. Pure but for the signature.
import type { ChainEnd } from "../chain-end.ts";
import type { Head } from "../head-file.ts";
import { type WrittenKind, writeCheckpointLine, writeRecordLine } from "../record-line.ts";
import type { AuditRecord } from "../sink.ts";
import { type AuditSeal, makeCheckpoint, RECORDS_PER_CHECKPOINT } from "./checkpoint.ts";

export interface ChainDraftStart {
  readonly end: ChainEnd;
  readonly seal: AuditSeal | null;
  /** Records since the last checkpoint. */
  readonly unsealed: number;
}

export class ChainDraft {
  readonly #seal: AuditSeal | null;
  #end: ChainEnd;
  #text: string;
  #unsealed: number;
  #checkpoint: Head | null = null;

  constructor({ end, seal, unsealed }: ChainDraftStart) {
    this.#seal = seal;
    this.#end = end;
    this.#text = end.needsLineFeed ? "\n" : "";
    this.#unsealed = unsealed;
  }

  get text(): string {
    return this.#text;
  }

  get end(): ChainEnd {
    return this.#end;
  }

  get unsealed(): number {
    return this.#unsealed;
  }

  /** The last one in this text. */
  get checkpoint(): Head | null {
    return this.#checkpoint;
  }

  add(kind: WrittenKind, record: AuditRecord, atMs: number): void {
    this.#take(writeRecordLine(kind, record, this.#place(atMs)), null);
    this.#unsealed += 1;
    if (this.#seal !== null && this.#unsealed >= RECORDS_PER_CHECKPOINT) this.addCheckpoint(atMs);
  }

  addCheckpoint(atMs: number): void {
    if (this.#seal === null) return;
    const { seq: count, hash: head } = this.#end;
    const checkpoint = makeCheckpoint(this.#seal, { count, head, atMs });
    this.#take(writeCheckpointLine(checkpoint, this.#place(atMs)), checkpoint.key);
    this.#unsealed = 0;
    this.#checkpoint = { seq: this.#end.seq, hash: this.#end.hash };
  }

  #place(atMs: number) {
    return { seq: this.#end.seq + 1, atMs, prev: this.#end.hash, torn: this.#end.torn };
  }

  #take({ line, hash }: { readonly line: string; readonly hash: string }, sealedBy: string | null): void {
    this.#text += `${line}\n`;
    this.#end = { seq: this.#end.seq + 1, hash, torn: null, needsLineFeed: false, sealedBy };
  }
}
