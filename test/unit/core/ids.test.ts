import { describe, expect, it } from "vitest";
import { newId, newToken, randomText } from "../../../src/core/ids.ts";

describe("random names", () => {
  it("have their shape and do not repeat", () => {
    expect(newId("run")).toMatch(/^run_[0-9A-Za-z]{16}$/);
    expect(newToken()).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(new Set(Array.from({ length: 500 }, () => newId("req"))).size).toBe(500);
  });

  it("use the whole alphabet and only it", () => {
    const text = randomText(5_000, "abc");
    expect(text).toMatch(/^[abc]{5000}$/);
    for (const letter of "abc") expect(text.split(letter).length - 1).toBeGreaterThan(1_400);
    expect(randomText(0)).toBe("");
  });
});
