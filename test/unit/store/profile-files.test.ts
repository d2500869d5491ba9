import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { profileFiles } from "../../../src/store/profile-files.ts";
import { codeOf } from "./temp-profile.ts";

describe("the files of a profile", () => {
  it("never meet those of another, however the names look", () => {
    const names = ["a", "a.db", "a.key", "a.key.json", "a.audit.jsonl", "a.db-wal", "a.audit.jsonl.head", "a.audit.jsonl.pub"];
    const paths = names.flatMap((name) => {
      const { name: _name, directory: _directory, ...files } = profileFiles("/d", name);
      return Object.values(files).map((path) => basename(path));
    });
    expect(new Set(paths).size).toBe(paths.length);
  });

  it.each(["", "..", "../a", "a/b", "A", "-a", "a\0", "a".repeat(65)])("do not exist for the name %j", (name) => {
    expect(codeOf(() => profileFiles("/d", name))).toBe("NAME_INVALID");
  });
});
