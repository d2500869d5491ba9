import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isOlderVersion, packageVersion } from "../../../src/control/version.ts";

describe("versions", () => {
  it("the own one is that of package.json", () => {
    expect(packageVersion()).toBe((JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version);
  });

  it.each([
    ["0.1.0", "0.1.1"],
    ["0.9.0", "0.10.0"],
    ["1.9.9", "2.0.0"],
    ["1.0.0-rc.1", "1.0.0"],
    ["1.0.0-beta", "1.0.0-rc"],
  ])("%s is older than %s, not the other way round", (older, newer) => {
    expect(isOlderVersion(older, newer)).toBe(true);
    expect(isOlderVersion(newer, older)).toBe(false);
  });

  it.each([
    ["1.2.3", "1.2.3"],
    ["nonsense", "1.0.0"],
    ["1.0.0", ""],
  ])("%s and %s count as the same", (a, b) => {
    expect(isOlderVersion(a, b)).toBe(false);
    expect(isOlderVersion(b, a)).toBe(false);
  });
});
