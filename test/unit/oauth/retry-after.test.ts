import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../../src/oauth/retry-after.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

describe("Retry-After", () => {
  it.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    ["-5", null],
    ["1.5", null],
    ["soon", null],
    ["", null],
    ["99999999999", null],
  ])("of '%s' is %s ms", (text, expected) => {
    expect(retryAfterMs(["Retry-After", text], NOW_MS)).toBe(expected);
  });

  it("that is a date is measured by the server's own clock, whatever ours says", () => {
    const headers = ["Date", "Sun, 01 Mar 2026 10:00:00 GMT", "retry-after", "Sun, 01 Mar 2026 10:00:45 GMT"];
    expect(retryAfterMs(headers, NOW_MS)).toBe(45_000);
    expect(retryAfterMs(headers, NOW_MS + 7_200_000)).toBe(45_000);
  });

  it("that is not there is nothing", () => {
    expect(retryAfterMs(["Date", "Sun, 01 Mar 2026 10:00:00 GMT"], NOW_MS)).toBeNull();
  });
});
