import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFileParts } from "../../../../src/cli/files/read-file-parts.ts";
import { codeOf } from "../../store/temp-profile.ts";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-parts-")));
const path = join(directory, "f");
const limits = { partBytes: 10, maxBytes: 25 };

describe("reading a file in parts", () => {
  it.each([
    [0, [0]],
    [1, [1]],
    [10, [10]],
    [25, [10, 10, 5]],
  ])("of %i bytes gives parts of %j", (bytes, expected) => {
    writeFileSync(path, Buffer.alloc(bytes, "ab"));
    const parts = readFileParts(path, limits);
    expect(parts.map(({ length }) => length)).toEqual(expected);
    expect(Buffer.concat(parts).equals(Buffer.alloc(bytes, "ab"))).toBe(true);
  });

  it("refuses one that is too large, a directory and what is not there", () => {
    writeFileSync(path, Buffer.alloc(26));
    for (const bad of [path, directory, join(directory, "none")]) {
      expect(codeOf(() => readFileParts(bad, limits))).toBe("INPUT_UNREADABLE");
    }
  });
});
