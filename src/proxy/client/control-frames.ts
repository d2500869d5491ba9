// PING and SETTINGS frames cost their sender nothing and us an answer each (CVE-2019-9512, CVE-2019-9515). Part of step 3, terminate.
// In: how many bytes had gone either way, and when, each time such a frame came. Out: whether the connection is a flood of them.
// Pings beside data (gRPC measures its windows with them) and now and then (keep-alive) are nobody's trouble.

/** So many are looked at together. */
const FRAMES = 1_000;
/** Fewer in this time are no flood, whatever else is on the connection. */
const WITHIN_MS = 60_000;
/** One and its answer are 34 bytes, in records of their own 92. */
const MIN_BYTES_EACH = 128;

export class ControlFrames {
  #count = 0;
  #sinceMs: number;
  #sinceBytes = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** One more. true: too many. */
  isFlood(nowMs: number, bytes: number): boolean {
    this.#count += 1;
    if (this.#count < FRAMES) return false;
    const isFast = nowMs - this.#sinceMs < WITHIN_MS;
    const isEmpty = bytes - this.#sinceBytes < FRAMES * MIN_BYTES_EACH;
    this.#count = 0;
    this.#sinceMs = nowMs;
    this.#sinceBytes = bytes;
    return isFast && isEmpty;
  }
}
