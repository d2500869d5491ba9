// Takes one or two content codings off a body as it comes, only to look into it: nobody is sent what comes out, unless it has to be masked.
// In: coded bytes. Out: decoded bytes, all that a reader could know of by then. Part of step 10, respond.
// Memory stays flat: pieces are small, one is under way at a time, and what swells beyond reason is refused.
import type { Transform } from "node:stream";
import { type Coding, createDecoder } from "./content-coding.ts";

/** Honest text shrinks to a twentieth; a bomb to a thousandth. */
const MAX_RATIO = 200;
/** Small bodies of one repeated byte are no bomb. */
const FREE_BYTES = 1024 * 1024;

export class Decoder {
  readonly #codings: readonly Coding[];
  readonly #onOutput: (bytes: Buffer) => void;
  readonly #stages: Stage[] = [];
  #bytesIn = 0;

  /** @param codings at least one, the outermost first */
  constructor(codings: readonly Coding[], onOutput: (bytes: Buffer) => void) {
    this.#codings = codings;
    this.#onOutput = onOutput;
  }

  /** Resolves when all that `bytes` led to has been handed out. Rejects when it cannot be decoded. One at a time. */
  async write(bytes: Buffer): Promise<void> {
    this.#bytesIn += bytes.length;
    await this.#writeTo(0, bytes);
  }

  destroy(): void {
    for (const stage of this.#stages) stage.destroy();
  }

  #writeTo(index: number, bytes: Buffer): Promise<void> | void {
    const coding = this.#codings[index];
    if (coding === undefined) return this.#onOutput(bytes);
    if (bytes.length === 0) return;
    this.#stages[index] ??= new Stage(createDecoder(coding, bytes[0] ?? 0), (out, bytesOut) => {
      if (bytesOut > FREE_BYTES + MAX_RATIO * this.#bytesIn) throw new Error("the body swells beyond reason");
      return this.#writeTo(index + 1, out);
    });
    return this.#stages[index].write(bytes);
  }
}

/** One coding. */
class Stage {
  readonly #stream: Transform;
  readonly #onOutput: (bytes: Buffer, bytesOut: number) => Promise<void> | void;
  #bytesOut = 0;
  /** Outputs that the next stage is still busy with. */
  #busy = 0;
  #isWritten = true;
  /** What follows the end of the coded text means nothing to a reader. */
  #isEnded = false;
  #error: Error | null = null;
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(stream: Transform, onOutput: (bytes: Buffer, bytesOut: number) => Promise<void> | void) {
    this.#stream = stream;
    this.#onOutput = onOutput;
    stream.on("data", (bytes: Buffer) => this.#take(bytes));
    stream.on("end", () => (this.#isEnded = true));
    stream.on("error", (error: Error) => this.#fail(error));
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#isEnded) return;
    await new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
      if (this.#error !== null) return reject(this.#error);
      this.#isWritten = false;
      this.#stream.write(bytes, (error) => {
        if (error) return this.#fail(error);
        this.#isWritten = true;
        this.#settleWhenDone();
      });
    });
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #take(bytes: Buffer): void {
    this.#bytesOut += bytes.length;
    try {
      const taken = this.#onOutput(bytes, this.#bytesOut);
      if (taken === undefined) return;
      // The next stage sets the pace, so that little is ever between the two.
      this.#busy += 1;
      this.#stream.pause();
      taken.then(
        () => {
          this.#busy -= 1;
          this.#stream.resume();
          setImmediate(() => this.#settleWhenDone());
        },
        (error: Error) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #settleWhenDone(): void {
    if (this.#isWritten && this.#busy === 0 && this.#stream.readableLength === 0) this.#settle?.resolve();
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#stream.destroy();
    this.#settle?.reject(error);
  }
}
