// Time as a port, so that expiry and idling can be tested without waiting.

export interface Clock {
  /** Wall clock, ms since the epoch. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
