import { describe, expect, it } from "vitest";
import { parseDuration, parseSince, relativeTime, timeSpan } from "../../../../src/cli/text/times.ts";

const NOW = Date.UTC(2025, 0, 31);
const LIMITS = { minMs: 1_000, maxMs: 86_400_000 };

describe("relativeTime", () => {
  it.each([
    [0, "now"],
    [-1_000, "1 second ago"],
    [-7_200_000, "2 hours ago"],
    [60_000, "in 1 minute"],
    [3 * 86_400_000, "in 3 days"],
  ])("reads %d ms from now as %s", (distance, text) => {
    expect(relativeTime(NOW + distance, NOW)).toBe(text);
  });
});

describe("parseDuration", () => {
  it.each([
    ["90", 90_000],
    ["90s", 90_000],
    ["10m", 600_000],
    [" 8h ", 28_800_000],
    ["1d", 86_400_000],
  ])("understands %j", (text, ms) => {
    expect(parseDuration("--ttl", text, LIMITS)).toBe(ms);
  });

  it.each([["0"], ["2d"], ["-1m"], ["1.5h"], ["soon"], [""], ["1w"]])("refuses %j and names the option", (text) => {
    expect(() => parseDuration("--ttl", text, LIMITS)).toThrow(/^--ttl takes a time from 1 second to 1 day/);
  });
});

describe("parseSince", () => {
  it("takes a span back from now, or a date", () => {
    expect(parseSince("2h", NOW)).toBe(NOW - 7_200_000);
    expect(parseSince("2025-01-30", NOW)).toBe(NOW - 86_400_000);
    expect(() => parseSince("yesterday", NOW)).toThrow(/--since/);
    expect(() => parseSince("2025-99-99", NOW)).toThrow(/--since/);
  });
});

describe("timeSpan", () => {
  it("uses the largest unit that gives one", () => expect(timeSpan(3_599_000)).toBe("59 minutes"));
});
