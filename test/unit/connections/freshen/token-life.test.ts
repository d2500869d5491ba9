import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renewBeforeMs, RENEW_LEFT_MS, TokenLives } from "../../../../src/connections/freshen/token-life.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_000_000_000;

function scene() {
  const time = { wallMs: START_MS, steadyMs: 5_000 };
  const lives = new TokenLives({ nowMs: () => time.wallMs }, () => time.steadyMs);
  const token = { expiresAtMs: START_MS + HOUR_MS, obtainedAtMs: () => START_MS };
  const pass = (ms: number): void => {
    time.wallMs += ms;
    time.steadyMs += ms;
  };
  return { time, lives, token, pass, left: () => lives.leftMs("con_1", token) };
}

describe("when a token is renewed", () => {
  it.each([
    [10_000, 5_000],
    [80_000, 40_000],
    [90_000, 60_000],
    [100_000, 60_000],
    [150_000, 75_000],
    [HOUR_MS, RENEW_LEFT_MS],
  ])("one that lives %d ms: when it has less than %d ms left", (lifetimeMs, leftMs) => {
    expect(renewBeforeMs(lifetimeMs)).toBe(leftMs);
  });

  it("is never at once after it came", () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 10 * HOUR_MS }), (lifetimeMs) => renewBeforeMs(lifetimeMs) < lifetimeMs));
  });
});

describe("how long a token holds", () => {
  it("is told by both clocks alike while nobody sets one", () => {
    const { left, pass } = scene();
    expect(left()).toBe(HOUR_MS);
    pass(20 * MINUTE_MS);
    expect(left()).toBe(40 * MINUTE_MS);
  });

  it("does not grow when the wall clock is set back", () => {
    const { left, pass, time } = scene();
    left();
    time.wallMs -= 2 * HOUR_MS;
    pass(50 * MINUTE_MS);
    expect(left()).toBe(10 * MINUTE_MS);
  });

  it("counts the sleep of the machine, in which the steady clock stands still", () => {
    const { left, time } = scene();
    left();
    time.wallMs += 2 * HOUR_MS;
    expect(left()).toBe(-HOUR_MS);
  });

  it("is nothing for a token from the future, but seconds are no future", () => {
    const back = scene();
    back.time.wallMs -= 2 * HOUR_MS;
    expect(back.left()).toBe(0);
    const corrected = scene();
    corrected.time.wallMs -= 5_000;
    expect(corrected.left()).toBe(HOUR_MS);
  });

  it("is counted from when the token was asked for", () => {
    const { lives, time, pass } = scene();
    lives.began("con_1", { expiresAtMs: START_MS + HOUR_MS, askedAtMs: START_MS, askedSteadyMs: time.steadyMs - 10_000 });
    pass(MINUTE_MS);
    expect(lives.leftMs("con_1", { expiresAtMs: START_MS + HOUR_MS, obtainedAtMs: () => expect.fail("known already") })).toBe(
      59 * MINUTE_MS - 10_000,
    );
  });
});
