import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decideIdle, IdleClock } from "../../../src/daemon/lifecycle.ts";

describe("the idle decision", () => {
  const facts = { nowMs: 100_000, lastActivityMs: 90_000, isBusy: false, timeoutS: 60 };

  it.each([
    ["waits for what is left of the timeout, but looks again in between", { ...facts }, 30_000],
    ["waits the rest when it is short", { ...facts, lastActivityMs: 45_000 }, 5_000],
    ["exits when the timeout has passed", { ...facts, lastActivityMs: 40_000 }, "exit"],
    ["never exits while something lives", { ...facts, lastActivityMs: 0, isBusy: true }, 30_000],
    ["never exits with a timeout of 0", { ...facts, lastActivityMs: 0, timeoutS: 0 }, 30_000],
    ["does not wait longer because the clock was set back", { ...facts, lastActivityMs: 900_000, timeoutS: 10 }, 10_000],
  ] as const)("%s", (_what, given, expected) => {
    expect(decideIdle(given)).toBe(expected);
  });
});

describe("the idle clock", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function makeClock(timeoutS = 10): { idle: IdleClock; state: { isBusy: boolean; timeoutS: number; exits: number } } {
    const state = { isBusy: false, timeoutS, exits: 0 };
    const idle = new IdleClock({
      clock: { nowMs: () => Date.now() },
      isBusy: () => state.isBusy,
      timeoutS: () => state.timeoutS,
      onIdle: () => state.exits++,
    });
    return { idle, state };
  }

  it("goes off after the timeout without a call", () => {
    const { state } = makeClock();
    vi.advanceTimersByTime(9_999);
    expect(state.exits).toBe(0);
    vi.advanceTimersByTime(1);
    expect(state.exits).toBe(1);
  });

  it("starts anew with every call and not while one is in flight", () => {
    const { idle, state } = makeClock();
    vi.advanceTimersByTime(8_000);
    idle.countCall(1);
    vi.advanceTimersByTime(120_000);
    expect(state.exits).toBe(0);
    idle.countCall(-1);
    vi.advanceTimersByTime(9_999);
    expect(state.exits).toBe(0);
    vi.advanceTimersByTime(1);
    expect(state.exits).toBe(1);
  });

  it("gives a run that ends the whole timeout afterwards", () => {
    const { state } = makeClock(60);
    state.isBusy = true;
    vi.advanceTimersByTime(300_000);
    state.isBusy = false;
    vi.advanceTimersByTime(29_000);
    expect(state.exits).toBe(0);
    vi.advanceTimersByTime(61_000);
    expect(state.exits).toBe(1);
  });

  it("reads the setting anew", () => {
    const { state } = makeClock(0);
    vi.advanceTimersByTime(3_600_000);
    expect(state.exits).toBe(0);
    state.timeoutS = 5;
    vi.advanceTimersByTime(30_000);
    expect(state.exits).toBe(1);
  });

  it("is silent once stopped", () => {
    const { idle, state } = makeClock();
    idle.stop();
    vi.advanceTimersByTime(60_000);
    expect(state.exits).toBe(0);
  });
});
