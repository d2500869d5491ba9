// When an idle daemon goes: a clock of its own that knows the last control call and whether anything lives in it.
// In: calls beginning and ending, live runs and logins, the setting (read anew each time). Out: one call of `onIdle`.
import type { Clock } from "../core/clock.ts";

/** The longest time a changed `daemon.idle_timeout` goes unnoticed. */
const MAX_CHECK_MS = 30_000;

export interface IdleFacts {
  readonly nowMs: number;
  readonly lastActivityMs: number;
  /** Live runs, open logins or calls in flight. */
  readonly isBusy: boolean;
  /** 0 = never. */
  readonly timeoutS: number;
}

/** How long until the next look, or "exit". */
export function decideIdle(facts: IdleFacts): number | "exit" {
  if (facts.isBusy || facts.timeoutS === 0) return MAX_CHECK_MS;
  // A wall clock set back must not keep the daemon alive for longer than its timeout.
  const idleMs = Math.max(0, facts.nowMs - facts.lastActivityMs);
  const leftMs = facts.timeoutS * 1000 - idleMs;
  return leftMs <= 0 ? "exit" : Math.min(leftMs, MAX_CHECK_MS);
}

export interface IdleOptions {
  readonly clock: Clock;
  /** Live runs or open logins. */
  readonly isBusy: () => boolean;
  readonly timeoutS: () => number;
  readonly onIdle: () => void;
}

export class IdleClock {
  readonly #options: IdleOptions;
  #lastActivityMs: number;
  #callsInFlight = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: IdleOptions) {
    this.#options = options;
    this.#lastActivityMs = options.clock.nowMs();
    this.#check();
  }

  countCall(change: 1 | -1): void {
    this.#callsInFlight += change;
    this.noteActivity();
  }

  /** Something happened: a call, or the end of a run. The next look comes when the timeout may have passed since. */
  noteActivity(): void {
    this.#lastActivityMs = this.#options.clock.nowMs();
    this.#check();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #check(): void {
    this.stop();
    const nowMs = this.#options.clock.nowMs();
    const isBusy = this.#callsInFlight > 0 || this.#options.isBusy();
    if (isBusy) this.#lastActivityMs = nowMs;
    const decision = decideIdle({ nowMs, lastActivityMs: this.#lastActivityMs, isBusy, timeoutS: this.#options.timeoutS() });
    if (decision === "exit") return this.#options.onIdle();
    this.#timer = setTimeout(() => this.#check(), decision);
    this.#timer.unref();
  }
}
