import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LeakGuard } from "../../../../src/proxy/leaks/leak-guard.ts";
import { OpenTimer } from "../../../../src/proxy/leaks/open-timer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(mayPassOpen: boolean): { timer: OpenTimer; heard: string[] } {
  const heard: string[] = [];
  const guard = { mayPassOpen, passOpen: () => Buffer.from("sk") } as unknown as LeakGuard;
  return { timer: new OpenTimer(guard, (bytes) => void heard.push(bytes.toString())), heard };
}

describe("the timer of what is held back", () => {
  it("lets it go within 20 ms, once", () => {
    const { timer, heard } = setUp(true);
    timer.watch();
    vi.advanceTimersByTime(20);
    expect(heard).toEqual(["sk"]);
    vi.advanceTimersByTime(1_000);
    expect(heard).toHaveLength(1);
  });

  it("does not when more has come, or when it is too much of a key", () => {
    const stopped = setUp(true);
    stopped.timer.watch();
    stopped.timer.stop();
    const held = setUp(false);
    held.timer.watch();
    vi.advanceTimersByTime(1_000);
    expect([...stopped.heard, ...held.heard]).toEqual([]);
  });
});
