// How long an access token still holds, by two clocks: the wall's, which its stored end is written in and which may jump, and a
// steady one, which never jumps and stands still while the machine sleeps. In: ends of tokens. Out: milliseconds; the shorter answer counts.
// Nothing is asked or stored here.
import type { Clock } from "../../core/clock.ts";

/** A token leaves with at least this much left, unless its whole life is shorter than a minute and a half. */
const MIN_LEFT_MS = 60_000;
/** Renewed when it has less than this left: the answer takes its time. */
export const RENEW_LEFT_MS = 90_000;
/** Wall clocks are set right by seconds all the time; more than this is a jump. */
const CLOCK_SLACK_MS = 60_000;

/** How long before its end a token of this life is renewed. One that lives shortly is used for half its life: or every request would renew it. */
export function renewBeforeMs(lifetimeMs: number): number {
  const half = lifetimeMs / 2;
  return lifetimeMs < RENEW_LEFT_MS ? half : Math.min(RENEW_LEFT_MS, Math.max(MIN_LEFT_MS, half));
}

export interface TokenTimes {
  /** By the wall clock. */
  readonly expiresAtMs: number;
  /** When it was asked for, by the wall clock; asked for only when the token is met for the first time. */
  readonly obtainedAtMs: () => number;
}

export class TokenLives {
  readonly #clock: Clock;
  readonly #steadyMs: () => number;
  /** By connection id: the end it was computed from, and the same on the steady clock. */
  readonly #ends = new Map<string, { readonly expiresAtMs: number; readonly steadyEndMs: number }>();

  constructor(clock: Clock, steadyMs: () => number) {
    this.#clock = clock;
    this.#steadyMs = steadyMs;
  }

  /** Less than nothing for one that has ended, or whose age nobody can tell. */
  leftMs(connectionId: string, times: TokenTimes): number {
    const wallLeftMs = times.expiresAtMs - this.#clock.nowMs();
    let end = this.#ends.get(connectionId);
    if (end?.expiresAtMs !== times.expiresAtMs) {
      end = { expiresAtMs: times.expiresAtMs, steadyEndMs: this.#steadyMs() + this.#firstLeftMs(wallLeftMs, times) };
      this.#ends.set(connectionId, end);
    }
    return Math.min(wallLeftMs, end.steadyEndMs - this.#steadyMs());
  }

  /** A token that was asked for at this moment of the steady clock. */
  began(connectionId: string, life: { readonly expiresAtMs: number; readonly askedAtMs: number; readonly askedSteadyMs: number }): void {
    const { expiresAtMs, askedAtMs, askedSteadyMs } = life;
    this.#ends.set(connectionId, { expiresAtMs, steadyEndMs: askedSteadyMs + expiresAtMs - askedAtMs });
  }

  /** One that comes from the future was written before the clock was set back: how old it is nobody knows, so it counts as ended. */
  #firstLeftMs(wallLeftMs: number, times: TokenTimes): number {
    const obtainedAtMs = times.obtainedAtMs();
    return obtainedAtMs - this.#clock.nowMs() > CLOCK_SLACK_MS ? 0 : Math.min(wallLeftMs, times.expiresAtMs - obtainedAtMs);
  }
}
