// The client's body in the strict lane: its framing followed, its payload searched for leaks, every other byte passed on as it is.
// In: bytes as they come. Out: those that may leave for the upstream, through `send`; the end of a chunked body is written anew.
// Throws on broken framing and on leaks; what was held back then has never been sent.
import { carriedTrailers } from "../client/carried-trailers.ts";
import type { LeakGuard } from "../leaks/leak-guard.ts";
import { OpenTimer } from "../leaks/open-timer.ts";
import { type BodyScanner, payloadIn, scanBody, withoutOmitted } from "./body-scanner.ts";
import { fieldLines, type Framing } from "./head-grammar.ts";

export class RequestBody {
  readonly #scanner: BodyScanner;
  readonly #isChunked: boolean;
  readonly #guard: LeakGuard | null;
  readonly #send: (bytes: Buffer) => void;
  readonly #timer: OpenTimer | null;

  /** @param guard null: nothing is looked for */
  constructor(framing: Framing, guard: LeakGuard | null, send: (bytes: Buffer) => void) {
    this.#scanner = scanBody(framing, { keepsTrailers: false, decodes: guard !== null });
    this.#isChunked = framing.kind === "chunked";
    this.#guard = guard;
    this.#send = send;
    this.#timer = guard === null ? null : new OpenTimer(guard, send);
  }

  get isDone(): boolean {
    return this.#scanner.isDone;
  }

  get payloadBytes(): number {
    return this.#scanner.payloadBytes;
  }

  /** Returns how many bytes belong to this body. @throws KeywardError for a leak, Error for broken framing */
  feed(bytes: Buffer, start: number): number {
    const scanner = this.#scanner;
    if (scanner.isDone) return 0;
    const taken = { start, count: scanner.feed(bytes, start) };
    const part = withoutOmitted(scanner, bytes, taken);
    if (this.#guard === null) this.#send(part);
    else this.#search(this.#guard, part, part === bytes ? scanner.payload : payloadIn(scanner, taken));
    if (scanner.isDone && this.#isChunked) this.#send(Buffer.from(`${fieldLines(carriedTrailers(scanner.trailers))}\r\n`, "latin1"));
    return taken.count;
  }

  /** Nobody wants the rest. */
  stop(): void {
    this.#timer?.stop();
  }

  #search(guard: LeakGuard, part: Buffer, payload: BodyScanner["payload"]): void {
    this.#timer?.stop();
    const passed = guard.push(part, payload);
    if (!this.#scanner.isDone) {
      this.#send(passed);
      return this.#timer?.watch();
    }
    const rest = guard.end();
    guard.trailers(carriedTrailers(this.#scanner.trailers));
    this.#send(passed);
    this.#send(rest);
  }
}
