import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listProfiles } from "../../../src/store/list-profiles.ts";
import { codeOf, tempDirectory } from "./temp-profile.ts";

describe("listing profiles", () => {
  it("names each database once, sorted, and nothing else", () => {
    const directory = tempDirectory();
    const files = [
      "work.db",
      "work.db-wal",
      "work.key.json",
      "a.b.db",
      ".work.db.new-1-abcdef",
      "Upper.db",
      ".db",
      "notes.txt",
      "orphan.key",
    ];
    for (const name of files) writeFileSync(join(directory, name), "");
    expect(listProfiles(directory)).toEqual(["a.b", "work"]);
  });

  it("is empty before the first profile", () => {
    expect(listProfiles(join(tempDirectory(), "not-yet"))).toEqual([]);
  });

  it("says that the directory cannot be read", () => {
    const file = join(tempDirectory(), "file");
    writeFileSync(file, "");
    expect(codeOf(() => listProfiles(file))).toBe("STORE_UNUSABLE");
  });
});
