// The child's body in the general lane, searched for leaks while it is read.
// In: the client's stream, its trailers when it has ended, a guard. Out: the same bytes as a stream that fails when it finds a leak.
// The client's stream is never destroyed: a refusal may still have to be told on its connection.
import { Readable } from "node:stream";
import { KeywardError } from "../../core/errors.ts";
import type { RawHeaders } from "../../core/headers.ts";
import type { LeakGuard } from "./leak-guard.ts";
import { OpenTimer } from "./open-timer.ts";

const LEAKS: ReadonlySet<string> = new Set(["PLACEHOLDER_LEAK", "KEY_LEAK"]);
/** For a request that goes nowhere: what a client sends in one go has come by then. */
const ARRIVING_MS = 100;

export class GuardedBody extends Readable {
  readonly #source: Readable;
  readonly #trailers: () => RawHeaders;
  readonly #guard: LeakGuard;
  readonly #timer: OpenTimer;
  #isListening = false;

  constructor(source: Readable, trailers: () => RawHeaders, guard: LeakGuard) {
    super();
    this.#source = source;
    this.#trailers = trailers;
    this.#guard = guard;
    this.#timer = new OpenTimer(guard, (bytes) => this.#pass(bytes));
  }

  /** When there is no upstream to take it: looks into what comes of the body all the same. Resolves with the leak in it, or null. */
  searchArriving(): Promise<KeywardError | null> {
    return new Promise((resolve) => {
      const finish = (error: Error | null): void => {
        clearTimeout(timer);
        resolve(error instanceof KeywardError && LEAKS.has(error.code) ? error : null);
      };
      const timer = setTimeout(() => finish(null), ARRIVING_MS);
      if (this.closed) return finish(this.errored);
      this.once("error", finish)
        .once("end", () => finish(null))
        .once("close", () => finish(this.errored))
        .resume();
    });
  }

  override _read(): void {
    if (this.#isListening) return void this.#source.resume();
    this.#isListening = true;
    this.#source.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError).on("close", this.#onClose);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#timer.stop();
    this.#source.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onError).off("close", this.#onClose);
    // What is left is read away, so that its sender can come to an end.
    this.#source.on("error", () => undefined).resume();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#pass(this.#guard.push(chunk, null));
      this.#timer.watch();
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  readonly #onEnd = (): void => {
    this.#timer.stop();
    try {
      const rest = this.#guard.end();
      this.#guard.trailers(this.#trailers());
      if (rest.length > 0) this.push(rest);
      this.push(null);
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  readonly #onError = (error: Error): void => void this.destroy(error);

  readonly #onClose = (): void => {
    if (!this.#source.readableEnded) this.destroy(new KeywardError("UPSTREAM_BROKEN", "the client went away"));
  };

  #pass(bytes: Buffer): void {
    if (bytes.length > 0 && !this.push(bytes)) this.#source.pause();
  }
}
