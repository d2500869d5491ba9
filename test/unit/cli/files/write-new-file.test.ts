import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refuseTaken, writeNewFile } from "../../../../src/cli/files/write-new-file.ts";
import { codeOf } from "../../store/temp-profile.ts";

let directory: string;
let path: string;
let umask: number;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-new-")));
  path = join(directory, "a.kwb");
  umask = process.umask(0);
});
afterEach(() => void process.umask(umask));

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe("writing a new file", () => {
  it("writes it for its owner alone under any umask, and leaves nothing else", () => {
    for (const mask of [0o000, 0o022, 0o777]) {
      process.umask(mask);
      const file = join(directory, `m${mask}`);
      writeNewFile(file, Buffer.from("x"), false);
      expect(mode(file)).toBe("600");
    }
    expect(readdirSync(directory).sort()).toEqual(["m0", "m18", "m511"]);
  });

  it("does not touch a file that is there, unless told", () => {
    writeFileSync(path, "mine", { mode: 0o644 });
    expect(codeOf(() => writeNewFile(path, Buffer.from("x"), false))).toBe("FILE_EXISTS");
    expect(readFileSync(path, "utf8")).toBe("mine");
    writeNewFile(path, Buffer.from("new"), true);
    expect([readFileSync(path, "utf8"), mode(path)]).toEqual(["new", "600"]);
    expect(readdirSync(directory)).toEqual(["a.kwb"]);
  });

  it("clears away what a killed command left of the same name, and nothing else", () => {
    const names = [".a.kwb.new-4194304-x", `.a.kwb.new-${process.ppid}-x`, ".b.kwb.new-4194304-x", ".a.kwb.new-", "other"];
    for (const name of names) writeFileSync(join(directory, name), "");
    writeNewFile(path, Buffer.from("x"), false);
    expect(readdirSync(directory).sort()).toEqual([...names.slice(1), "a.kwb"].sort());
  });

  it("never writes through a link, dangling or not", () => {
    writeFileSync(join(directory, "target"), "mine");
    for (const target of ["target", "nowhere"]) {
      const link = join(directory, `to-${target}`);
      symlinkSync(join(directory, target), link);
      expect(codeOf(() => writeNewFile(link, Buffer.from("x"), false))).toBe("FILE_EXISTS");
      writeNewFile(link, Buffer.from("x"), true);
    }
    expect(readFileSync(join(directory, "target"), "utf8")).toBe("mine");
    expect(existsSync(join(directory, "nowhere"))).toBe(false);
  });

  it.each([true, false])("refuses a directory, a device and a directory that is not there (forced: %s)", (isForced) => {
    mkdirSync(join(directory, "d"));
    expect(codeOf(() => refuseTaken(join(directory, "d"), isForced))).toBe("FILE_UNWRITABLE");
    expect(codeOf(() => refuseTaken(join(directory, "no", "a"), isForced))).toBe("FILE_UNWRITABLE");
    expect(codeOf(() => writeNewFile("/dev/null", Buffer.from("x"), isForced))).toBe(isForced ? "FILE_UNWRITABLE" : "FILE_EXISTS");
  });

  it("says so when the directory cannot be written", () => {
    chmodSync(directory, 0o500);
    // Root may write there all the same.
    const expected = process.getuid?.() === 0 ? "nothing" : "FILE_UNWRITABLE";
    expect(codeOf(() => writeNewFile(path, Buffer.from("x"), false))).toBe(expected);
    expect(codeOf(() => writeNewFile("/proc/kw", Buffer.from("x"), false))).toBe("FILE_UNWRITABLE");
  });
});
