import { describe, expect, it } from "vitest";
import { checkClock, judgeClock } from "../../../../src/daemon/doctor/clock.ts";
import { wellSubject } from "./subject-of.ts";

const MINUTE_MS = 60_000;

describe("the clock", () => {
  it("may be a little behind what was recorded, not more", () => {
    expect(judgeClock(1_000_000_000, [1_000_000_000 + 4 * MINUTE_MS])).toMatchObject({ state: "ok" });
    expect(judgeClock(1_000_000_000, [1_000_000_000 + 6 * MINUTE_MS])).toMatchObject({
      state: "fail",
      fix: expect.stringContaining("clock") as string,
    });
  });

  it("is held against the audit, the authority and the day this was written", async () => {
    const subject = await wellSubject();
    expect(checkClock(subject)).toMatchObject({ state: "ok" });
    const at = (nowMs: number) => checkClock({ ...subject, parts: { ...subject.parts, clock: { nowMs: () => nowMs } } });
    expect(at(Date.now() - 60 * MINUTE_MS)).toMatchObject({ state: "fail" });
    expect(at(0)).toMatchObject({ state: "fail", found: expect.stringContaining("1970-01-01") as string });
  });
});
