import { chmodSync, closeSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createPrivateFile,
  readPrivateFile,
  removeFile,
  sweepTemporaries,
  syncDirectory,
  temporaryName,
  verifyPrivateFile,
  writePrivateFile,
} from "../../../src/store/private-files.ts";
import { codeOf, modeOf, tempDirectory } from "./temp-profile.ts";

describe("a private file", () => {
  it.each([0o000, 0o022, 0o777])("is 0600 under umask %o", (mask) => {
    const directory = tempDirectory();
    const before = process.umask(mask);
    try {
      writePrivateFile(join(directory, "a"), "text");
      closeSync(createPrivateFile(join(directory, "b")));
      expect([modeOf(join(directory, "a")), modeOf(join(directory, "b"))]).toEqual(["600", "600"]);
    } finally {
      process.umask(before);
    }
  });

  it("is replaced as a whole, so a reader keeps the old one and a link to it is not written through", () => {
    const directory = tempDirectory();
    const path = join(directory, "a");
    writePrivateFile(path, "old");
    linkSync(path, join(directory, "kept"));
    writePrivateFile(path, Buffer.from("new"));
    expect(readPrivateFile(path)?.toString()).toBe("new");
    expect(readFileSync(join(directory, "kept"), "utf8")).toBe("old");
    expect(readdirSync(directory).sort()).toEqual(["a", "kept"]);
  });

  it("leaves nothing behind when it cannot be put in place", () => {
    const directory = tempDirectory();
    mkdirSync(join(directory, "a"));
    expect(codeOf(() => writePrivateFile(join(directory, "a"), "text"))).toBe("STORE_UNUSABLE");
    expect(readdirSync(directory)).toEqual(["a"]);
  });

  it("is null when it is not there", () => {
    const path = join(tempDirectory(), "a");
    expect([verifyPrivateFile(path), readPrivateFile(path), removeFile(path)]).toEqual([null, null, false]);
  });

  it("is not a link, a directory or a file others can use", () => {
    const directory = tempDirectory();
    const at = (name: string): string => join(directory, name);
    writePrivateFile(at("plain"), "text");
    symlinkSync(at("plain"), at("link"));
    symlinkSync(at("nowhere"), at("dangling"));
    mkdirSync(at("folder"));
    writePrivateFile(at("open"), "text");
    chmodSync(at("open"), 0o604);
    const codes = ["plain", "link", "dangling", "folder", "open"].map((name) => codeOf(() => readPrivateFile(at(name))));
    expect(codes).toEqual(["nothing", "HOME_UNSAFE", "HOME_UNSAFE", "HOME_UNSAFE", "HOME_UNSAFE"]);
  });

  it("is never made over one that is there", () => {
    const path = join(tempDirectory(), "a");
    writeFileSync(path, "text");
    expect(codeOf(() => createPrivateFile(path))).toBe("EEXIST");
  });
});

describe("temporaries", () => {
  it("stand beside their target, hidden, each with a name of its own", () => {
    const names = [temporaryName("/d/work.db"), temporaryName("/d/work.db")];
    expect(names[0]).toMatch(new RegExp(`^/d/\\.work\\.db\\.new-${process.pid}-[0-9A-Za-z]{6}$`));
    expect(names[0]).not.toBe(names[1]);
  });

  it("of this profile and of processes that are gone are swept", () => {
    const directory = tempDirectory();
    const dead = 2 ** 22 + 1; // above the highest pid Linux gives
    const kept = [
      `.work.db.new-${process.ppid}-aaaaaa`,
      `.work.key.key.new-${dead}-aaaaaa`,
      ".work.db.new-x-aaaaaa",
      "work.db",
      ".work.db",
    ];
    const swept = [".work.key", ".work.key.json", ".work.db"].flatMap((base) => [
      `${base}.new-${dead}-aaaaaa`,
      `${base}.new-${process.pid}-bbbbbb`,
    ]);
    for (const name of [...kept, ...swept, `.work.db.new-${dead}-cccccc-wal`]) writeFileSync(join(directory, name), "");
    sweepTemporaries(directory, "work");
    expect(readdirSync(directory).sort()).toEqual(kept.sort());
  });
});

describe("a directory", () => {
  it("can be brought to the disk", () => {
    expect(codeOf(() => syncDirectory(tempDirectory()))).toBe("nothing");
    expect(codeOf(() => syncDirectory("/nowhere/at/all"))).toBe("ENOENT");
  });
});
