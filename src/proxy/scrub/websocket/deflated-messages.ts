// Compressed messages on their way to the child (RFC 7692 §7.2.2): their frames as they came, each after what it inflates to has been
// looked into. In: the bytes of frames, and which of them are payload. Out: the same bytes, uncopied, in order. Part of step 10, respond.
// With the first match the message leaves inflated and masked instead, and so does every one after it: a client that has not been given one
// compressed message cannot inflate those that refer to it. A message too long to be kept whole cannot be taken back: it ends the connection.
import { createInflateRaw, type InflateRaw } from "node:zlib";
import { KeywardError } from "../../../core/errors.ts";
import type { KeyFinder } from "../find/key-finder.ts";
import { MaskedStream } from "../find/masked-stream.ts";
import type { Deflate } from "./extensions.ts";
import { frame } from "./frame.ts";

/** What a sender leaves off the end of every message. */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** Of a message's text: as long as it is shorter, none of it has left before its end. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** Of a longer one, what waits because it may be the beginning of the credential; and of a plain one, what a single piece may swell to. */
const MAX_HELD_BYTES = 256 * 1024;
const MAX_SWOLLEN_BYTES = 16 * 1024 * 1024;

type Way =
  /** As it came, after its end. */
  | "kept"
  /** As it came, while it comes. */
  | "streamed"
  /** Inflated and masked. */
  | "plain";

export class DeflatedMessages {
  /** A match was found when it was too late to mask it. Nothing leaves any more. */
  isStuck = false;
  readonly #deflate: Deflate;
  readonly #text: MaskedStream;
  #way: Way = "kept";
  #opcode = 0;
  #countBefore = 0;
  /** The frames of this message, or what waits of them; and those among them that are not its own. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #controls: Buffer[] = [];
  #inflated: Buffer[] = [];
  #inflatedBytes = 0;
  #out: Buffer[] = [];
  #inflater: InflateRaw | null = null;
  /** The compressed text of this message has ended by itself; what follows in it means nothing to a reader. */
  #isEnded = false;
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(finder: KeyFinder, deflate: Deflate) {
    this.#text = new MaskedStream(finder);
    this.#deflate = deflate;
  }

  /** Matches so far. */
  get count(): number {
    return this.#text.count;
  }

  /** @param opcode of the message */
  begin(opcode: number): void {
    this.#opcode = opcode;
    this.#countBefore = this.count;
  }

  /** The head of one of its frames. @throws UPSTREAM_BROKEN */
  head(bytes: Buffer): void {
    if (this.#way !== "plain") this.#hold(bytes);
  }

  /** A control frame between its frames. @throws UPSTREAM_BROKEN */
  control(bytes: Buffer): void {
    if (this.#way === "plain") return void this.#out.push(bytes);
    this.#hold(bytes);
    if (this.#way === "kept") this.#controls.push(bytes);
  }

  /** Rejects with UPSTREAM_BROKEN when it cannot be inflated. */
  async payload(bytes: Buffer): Promise<void> {
    this.head(bytes);
    await this.#inflate(bytes);
    if (this.#way === "streamed") this.#passHeld();
    if (this.#way === "plain") this.#passInflated(false);
  }

  /** The message is whole. Rejects as `payload` does. */
  async end(): Promise<void> {
    await this.#inflate(TAIL);
    this.#take(this.#text.end());
    const isTelling = this.count > this.#countBefore;
    if (isTelling && this.#way === "streamed") this.isStuck = true;
    if (isTelling && this.#way === "kept") {
      this.#way = "plain";
      this.#out.push(...this.#controls);
    }
    if (this.#way === "plain") this.#passInflated(true);
    else this.#passHeld();
    this.#rest();
  }

  /** What may leave now. */
  release(): Buffer[] {
    return this.isStuck ? [] : this.#out.splice(0);
  }

  stop(): void {
    this.#inflater?.destroy();
    this.#inflater = null;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    const limit = this.#way === "kept" ? MAX_KEPT_BYTES : MAX_HELD_BYTES;
    if (this.#heldBytes <= limit + bytes.length) return;
    if (this.#way === "streamed") throw broken();
    this.#stream();
  }

  /** Too long to be kept. What is held goes when all of it has been looked into. */
  #stream(): void {
    this.#way = "streamed";
    this.#heldBytes = 0;
    this.#inflated = [];
    this.#controls = [];
  }

  #passHeld(): void {
    if (this.count > this.#countBefore) this.isStuck = true;
    else if (!this.#text.isHolding) {
      this.#out.push(...this.#held.splice(0));
      this.#heldBytes = 0;
    }
  }

  #take(text: Buffer): void {
    if (text.length === 0 || this.#way === "streamed") return;
    this.#inflated.push(text);
    this.#inflatedBytes += text.length;
    if (this.#way === "plain" && this.#inflatedBytes > MAX_SWOLLEN_BYTES) this.isStuck = true;
    if (this.#way === "plain" || this.#inflatedBytes <= MAX_KEPT_BYTES) return;
    if (this.count > this.#countBefore) this.isStuck = true;
    else this.#stream();
  }

  #passInflated(isFinal: boolean): void {
    const text = Buffer.concat(this.#inflated.splice(0));
    this.#inflatedBytes = 0;
    if (text.length === 0 && !isFinal) return;
    this.#out.push(frame({ opcode: this.#opcode, isFinal }, text));
    // What follows in this message continues it.
    this.#opcode = 0;
  }

  #rest(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#controls = [];
    this.#inflated = [];
    this.#inflatedBytes = 0;
    if (this.#way === "streamed") this.#way = "kept";
    if (this.#isEnded) this.stop();
    else if (!this.#deflate.keepsContext) this.#inflater?.reset();
    this.#isEnded = false;
  }

  #inflate(bytes: Buffer): Promise<void> | void {
    if (this.#isEnded || bytes.length === 0) return;
    const inflater = (this.#inflater ??= this.#open());
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      inflater.write(bytes);
      inflater.flush(resolve);
    });
  }

  #open(): InflateRaw {
    const inflater = createInflateRaw();
    inflater.on("data", (text: Buffer) => {
      if (!this.isStuck) this.#take(this.#text.push(text, null));
    });
    inflater.on("end", () => {
      this.#isEnded = true;
      this.#settle?.resolve();
    });
    inflater.on("error", (cause: Error) => this.#settle?.reject(broken(cause)));
    return inflater;
  }
}

function broken(cause?: Error): KeywardError {
  return new KeywardError("UPSTREAM_BROKEN", "the upstream sent a compressed WebSocket message that cannot be read", { cause });
}
