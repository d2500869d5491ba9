// When to ask again after a failure: each failure in a row doubles the pause, and a server that names a time is given it.
// In: failures and successes by connection id. Out: the error of a pause that lasts. Counted on the steady clock, so no jump of the wall
// clock ends a pause early or makes it last.
import type { KeywardError } from "../../core/errors.ts";

export interface BackOffOptions {
  readonly steadyMs: () => number;
  readonly firstMs: number;
  readonly maxMs: number;
}

/** However long a server asks for: after an hour a person may have mended something. */
export const MAX_ASKED_PAUSE_MS = 3_600_000;

interface Pause {
  readonly untilMs: number;
  readonly lengthMs: number;
  readonly error: KeywardError;
}

export class BackOff {
  readonly #options: BackOffOptions;
  readonly #pauses = new Map<string, Pause>();

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** @param askedMs what the server asked for (Retry-After) */
  failed(id: string, error: KeywardError, askedMs = 0): void {
    const { steadyMs, firstMs, maxMs } = this.#options;
    const before = this.#pauses.get(id)?.lengthMs;
    const lengthMs = before === undefined ? firstMs : Math.min(maxMs, before * 2);
    const pauseMs = Math.max(lengthMs, Math.min(askedMs, MAX_ASKED_PAUSE_MS));
    this.#pauses.set(id, { untilMs: steadyMs() + pauseMs, lengthMs, error });
  }

  /** Why nothing is asked right now; null = it may be. */
  pausing(id: string): KeywardError | null {
    const pause = this.#pauses.get(id);
    return pause !== undefined && this.#options.steadyMs() < pause.untilMs ? pause.error : null;
  }

  succeeded(id: string): void {
    this.#pauses.delete(id);
  }
}
