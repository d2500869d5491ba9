import { describe, expect, it } from "vitest";
import { nearest } from "../../../../src/cli/text/suggest.ts";

describe("nearest", () => {
  it.each([
    ["lsit", "list"],
    ["LIST", "list"],
    ["logn", "login"],
    ["opnai", "openai"],
  ])("finds for %s: %s", (typed, name) => {
    expect(nearest(typed, ["list", "login", "openai", "run"])).toBe(name);
  });

  it("finds nothing where nothing is near", () => {
    expect(nearest("xyz", ["list", "login"])).toBeNull();
    expect(nearest("a-very-long-thing", ["run"])).toBeNull();
    expect(nearest("x", [])).toBeNull();
  });
});
