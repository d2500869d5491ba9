import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readIfThere, replaceFile, writeIfChanged, writeOnce } from "../../../src/child/write-once.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-write-"));
});

describe("writeOnce", () => {
  it("writes a private file under any umask and leaves nothing else", () => {
    const before = process.umask(0);
    try {
      writeOnce(join(directory, "a"), "text");
    } finally {
      process.umask(before);
    }
    expect(statSync(join(directory, "a")).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["a"]);
  });

  it("leaves a whole file as it is and replaces a cut one", () => {
    const path = join(directory, "a");
    writeOnce(path, "text");
    const { ino } = statSync(path);
    writeOnce(path, "text");
    expect(statSync(path).ino).toBe(ino);
    writeFileSync(path, "te");
    writeOnce(path, "text");
    expect(readFileSync(path, "utf8")).toBe("text");
  });
});

describe("replaceFile", () => {
  it("gives the new content a new file, so that a reader of the old one is not disturbed", () => {
    const path = join(directory, "a");
    replaceFile(path, "one");
    const { ino } = statSync(path);
    replaceFile(path, "two");
    expect(statSync(path).ino).not.toBe(ino);
    expect(readFileSync(path, "utf8")).toBe("two");
  });

  it("replaces a link instead of writing through it", () => {
    writeFileSync(join(directory, "elsewhere"), "mine");
    symlinkSync(join(directory, "elsewhere"), join(directory, "a"));
    replaceFile(join(directory, "a"), "new");
    expect(readFileSync(join(directory, "elsewhere"), "utf8")).toBe("mine");
  });

  it("says which file cannot be written", () => {
    writeFileSync(join(directory, "file"), "");
    expect(() => replaceFile(join(directory, "file", "a"), "x")).toThrow(/cannot write .*file\/a \((?:ENOTDIR|EEXIST)\)/);
  });
});

describe("writeIfChanged", () => {
  it("touches the file only when the content differs", () => {
    const path = join(directory, "deep", "a");
    writeIfChanged(path, "one");
    const { ino } = statSync(path);
    writeIfChanged(path, "one");
    expect(statSync(path).ino).toBe(ino);
    writeIfChanged(path, "two");
    expect(readIfThere(path)).toBe("two");
  });
});

describe("readIfThere", () => {
  it("gives null for what cannot be read", () => {
    expect(readIfThere(join(directory, "none"))).toBeNull();
    expect(readIfThere(directory)).toBeNull();
  });
});
