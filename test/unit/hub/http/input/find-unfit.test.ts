import { expect, it } from "vitest";
import { findUnfit } from "../../../../../src/hub/http/input/find-unfit.ts";

const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;

it.each([
  [{ name: "a\0b" }, ["name"], "holds a NUL"],
  [{ runs: [{ note: "fine" }, { note: "\0" }] }, ["runs", "1", "note"], "holds a NUL"],
  [{ "a\0": 1 }, [], "holds a name with a NUL"],
  ["\0", [], "holds a NUL"],
])("names where %j cannot be kept", (value, path, reason) => {
  expect(findUnfit(value)).toEqual({ path, reason });
});

it("takes what is nested 64 deep, and stops at more without running out of stack", () => {
  expect(findUnfit(nested(64))).toBeNull();
  expect(findUnfit(nested(65))?.reason).toContain("nested");
  expect(findUnfit(nested(200_000))?.reason).toContain("nested");
});

it.each([[{ a: [1, true, null, "text", { b: "\u0001 \u{1f511}" }] }], [null], [undefined], [7], [""]])(
  "finds nothing wrong with %j",
  (value) => {
    expect(findUnfit(value)).toBeNull();
  },
);
