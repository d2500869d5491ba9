// Lets the few bytes that a guard holds back go when nothing follows them: whoever streams messages must not wait for the next one.
// In: a guard after each piece. Out: a call when its time has come.
import type { LeakGuard } from "./leak-guard.ts";

/** As for answers: an event must not be late by more than 20 ms. */
const OPEN_MS = 10;

export class OpenTimer {
  readonly #guard: LeakGuard;
  readonly #pass: (bytes: Buffer) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(guard: LeakGuard, pass: (bytes: Buffer) => void) {
    this.#guard = guard;
    this.#pass = pass;
  }

  watch(): void {
    this.stop();
    if (!this.#guard.mayPassOpen) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pass(this.#guard.passOpen());
    }, OPEN_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
