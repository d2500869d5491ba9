import { expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";

it("tells the wall clock's time in milliseconds", () => {
  const before = Date.now();
  const now = systemClock.nowMs();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
