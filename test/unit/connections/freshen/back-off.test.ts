import { describe, expect, it } from "vitest";
import { BackOff, MAX_ASKED_PAUSE_MS } from "../../../../src/connections/freshen/back-off.ts";
import { KeywardError } from "../../../../src/core/errors.ts";

const error = new KeywardError("OAUTH_BUSY", "busy");

function scene() {
  const time = { ms: 100 };
  const pauses = new BackOff({ steadyMs: () => time.ms, firstMs: 1_000, maxMs: 4_000 });
  /** How long the pause lasts, in steps of half a second. */
  const lengthMs = (): number => {
    const beganMs = time.ms;
    while (pauses.pausing("a") !== null) time.ms += 500;
    return time.ms - beganMs;
  };
  return { pauses, lengthMs };
}

describe("the pause after a failure", () => {
  it("doubles with each in a row, up to the longest", () => {
    const { pauses, lengthMs } = scene();
    const lengths = [1, 2, 3, 4, 5].map(() => (pauses.failed("a", error), lengthMs()));
    expect(lengths).toEqual([1_000, 2_000, 4_000, 4_000, 4_000]);
  });

  it("begins anew after a success, and is each connection's own", () => {
    const { pauses, lengthMs } = scene();
    pauses.failed("a", error);
    pauses.failed("a", error);
    expect(pauses.pausing("b")).toBeNull();
    pauses.succeeded("a");
    expect(pauses.pausing("a")).toBeNull();
    pauses.failed("a", error);
    expect(pauses.pausing("a")).toBe(error);
    expect(lengthMs()).toBe(1_000);
  });

  it("is as long as the server asks, but no shorter than its own and no longer than an hour", () => {
    const { pauses, lengthMs } = scene();
    pauses.failed("a", error, 30_000);
    expect(lengthMs()).toBe(30_000);
    pauses.failed("a", error, 1);
    expect(lengthMs()).toBe(2_000);
    pauses.failed("a", error, 10 * MAX_ASKED_PAUSE_MS);
    expect(lengthMs()).toBe(MAX_ASKED_PAUSE_MS);
  });
});
