// A body under a content coding on its way to the child: its own bytes, each piece after what it decodes to has been looked into.
// In: pieces as they come, with the places in them that are payload. Out: the same pieces, uncopied, in order; and beside them the
// decoded text with the credential masked, for the case that it has to be sent instead. Part of step 10, respond.
import type { Coding } from "./content-coding.ts";
import { Decoder } from "./decoder.ts";
import type { KeyFinder } from "../find/key-finder.ts";
import { KeyScan } from "../find/key-scan.ts";
import { MaskedStream, type Range } from "../find/masked-stream.ts";

export interface CodedBodyOptions {
  readonly finder: KeyFinder;
  readonly codings: readonly Coding[];
  /** A piece in which there is nothing. */
  onClean(bytes: Buffer): void;
  /** Decoded and masked, whether or not anything was found so far. */
  onDecoded(bytes: Buffer): void;
  /** After each piece, when all that it led to has been told. */
  onPiece(): void;
  /** What was fed cannot be decoded. */
  onFailure(): void;
}

/** More than this waits for its turn: the upstream is to pause. */
const MAX_WAITING_BYTES = 256 * 1024;

interface Piece {
  readonly bytes: Buffer;
  readonly payload: readonly Range[];
  /** Ends of it in the coded and in the decoded text, once they are known. */
  codedEnd: number;
  decodedEnd: number;
}

export class CodedBody {
  readonly #options: CodedBodyOptions;
  readonly #decoder: Decoder;
  readonly #decoded: MaskedStream;
  /** The bytes as they are: a reader may ignore the coding, or what follows its end. */
  readonly #coded: KeyScan;
  readonly #undecoded: Piece[] = [];
  readonly #undecided: Piece[] = [];
  #waitingBytes = 0;
  #isDecoding = false;
  #isStopped = false;
  #onEnd: (() => void) | null = null;

  constructor(options: CodedBodyOptions) {
    this.#options = options;
    this.#decoder = new Decoder(options.codings, (bytes) => this.#look(bytes));
    this.#decoded = new MaskedStream(options.finder);
    this.#coded = new KeyScan(options.finder);
  }

  /** Matches so far, in the decoded text or in the bytes as they are. */
  get count(): number {
    return Math.max(this.#decoded.count, this.#coded.count);
  }

  /** Something that has come has not been looked into. */
  get isBusy(): boolean {
    return this.#isDecoding;
  }

  get isFull(): boolean {
    return this.#waitingBytes > MAX_WAITING_BYTES;
  }

  get isHolding(): boolean {
    return this.#undecided.length > 0 || this.#decoded.isHolding;
  }

  push(bytes: Buffer, payload: readonly Range[]): void {
    this.#undecoded.push({ bytes, payload, codedEnd: 0, decodedEnd: 0 });
    this.#waitingBytes += bytes.length;
    if (!this.#isDecoding) void this.#decodeAll();
  }

  /** @param onEnd called when everything has been told */
  end(onEnd: () => void): void {
    this.#onEnd = onEnd;
    if (!this.#isDecoding) this.#finish();
  }

  stop(): void {
    this.#isStopped = true;
    this.#decoder.destroy();
  }

  /** See MaskedStream: so little may go when nothing follows for a while. */
  passOpen(): void {
    if (!this.#decoded.mayPassOpen || !this.#coded.mayPassOpen || this.#isDecoding) return;
    this.#options.onDecoded(this.#decoded.passOpen());
    this.#passAll();
  }

  async #decodeAll(): Promise<void> {
    this.#isDecoding = true;
    try {
      while (this.#undecoded.length > 0 && !this.#isStopped) {
        await this.#decode(this.#undecoded.splice(0));
        if (this.#isStopped) return;
        this.#passDecided();
        this.#options.onPiece();
      }
    } catch {
      if (!this.#isStopped) this.#options.onFailure();
      return;
    }
    this.#isDecoding = false;
    if (this.#onEnd !== null) this.#finish();
  }

  /** All that waits at once: each call of the decoder is a way to another thread and back. */
  async #decode(pieces: readonly Piece[]): Promise<void> {
    const coded: Buffer[] = [];
    for (const piece of pieces) {
      for (const [from, to] of piece.payload) {
        this.#coded.feed(piece.bytes, from, to);
        coded.push(piece.bytes.subarray(from, to));
      }
      piece.codedEnd = this.#coded.position;
      this.#waitingBytes -= piece.bytes.length;
    }
    await this.#decoder.write(coded.length === 1 && coded[0] !== undefined ? coded[0] : Buffer.concat(coded));
    for (const piece of pieces) {
      piece.decodedEnd = this.#decoded.position;
      this.#undecided.push(piece);
    }
  }

  #look(bytes: Buffer): void {
    this.#options.onDecoded(this.#decoded.push(bytes, null));
  }

  #passDecided(): void {
    // A piece with something in it stays: what it decodes to is sent in its place, or nothing.
    if (this.count > 0) return;
    for (let first = this.#undecided[0]; first !== undefined; first = this.#undecided[0]) {
      if (first.codedEnd > this.#coded.decided || first.decodedEnd > this.#decoded.decided) return;
      this.#undecided.shift();
      this.#options.onClean(first.bytes);
    }
  }

  #passAll(): void {
    if (this.count > 0) return;
    for (const { bytes } of this.#undecided.splice(0)) this.#options.onClean(bytes);
  }

  #finish(): void {
    if (this.#isStopped) return;
    this.#coded.end();
    this.#options.onDecoded(this.#decoded.end());
    this.#options.onPiece();
    if (this.#isStopped) return;
    this.#passAll();
    this.#decoder.destroy();
    this.#onEnd?.();
  }
}
