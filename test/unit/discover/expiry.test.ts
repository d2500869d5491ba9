import { describe, expect, it } from "vitest";
import { jwtExpiry, parseExpiry } from "../../../src/discover/expiry.ts";

const AT_MS = Date.UTC(2030, 0, 2, 3, 4, 5);

describe("parseExpiry", () => {
  it.each([
    [String(AT_MS), null, AT_MS],
    [String(AT_MS / 1000), null, AT_MS],
    [`${AT_MS / 1000}.5`, "s", AT_MS + 500],
    ["1000", "ms", 1000],
    ["0", null, null],
    ["0", "ms", 0],
    ["2030-01-02T03:04:05Z", null, AT_MS],
    ["2030-01-02T03:04:05.123456789Z", null, AT_MS + 123],
    ["2030-01-02T04:04:05+01:00", "ms", AT_MS],
    ["2030-01-02T03:04:05UTC", null, AT_MS],
    ["2030-01-02 03:04:05", null, AT_MS],
    ["2030-01-02", null, Date.UTC(2030, 0, 2)],
    ["02 Jan 30 03:04 UTC", null, Date.UTC(2030, 0, 2, 3, 4)],
    ["soon", null, undefined],
    ["", null, undefined],
    ["9e99", null, undefined],
    ["99999999999999999999", "ms", undefined],
  ] as const)("reads %j in %j", (text, unit, ms) => {
    expect(parseExpiry(text, unit)).toBe(ms);
  });
});

describe("jwtExpiry", () => {
  const token = (claims: unknown): string => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

  it.each([
    [token({ exp: AT_MS / 1000 }), AT_MS],
    [token({}), null],
    [token({ exp: "1" }), null],
    [token(null), null],
    ["opaque", null],
    ["a.b", null],
    ["a.!!!.c", null],
  ])("of %j", (text, ms) => {
    expect(jwtExpiry(text)).toBe(ms);
  });
});
