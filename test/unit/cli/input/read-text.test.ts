import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readStdin, readTextFile } from "../../../../src/cli/input/read-text.ts";
import type { Source } from "../../../../src/cli/prompt.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-read-"));
const file = (name: string, content: string | Buffer, mode = 0o600): string => {
  writeFileSync(join(directory, name), content);
  chmodSync(join(directory, name), mode);
  return name;
};

describe("readTextFile", () => {
  it("reads relative to the command's directory and tells who else can", () => {
    expect(readTextFile(file("own", "x"), directory)).toMatchObject({ text: "x", exposed: false });
    expect(readTextFile(file("open", "x", 0o644), directory).exposed).toBe(true);
  });

  it.each([
    ["missing", /cannot read missing \(ENOENT\)/],
    [".", /is a directory/],
    [file("binary", Buffer.from([0xff, 0xfe, 0])), /is not UTF-8 text/],
    [file("large", "x".repeat(1024 * 1024 + 1)), /larger than 1 MiB/],
  ])("refuses %s", (name, message) => {
    expect(() => readTextFile(name, directory)).toThrow(message);
  });
});

describe("readStdin", () => {
  it("joins characters that were cut apart", async () => {
    const bytes = Buffer.from("aé");
    expect(await readStdin(Readable.from([bytes.subarray(0, 2), bytes.subarray(2)]) as Source)).toBe("aé");
  });

  it("stops at 1 MiB", async () => {
    const endless = (function* () {
      for (;;) yield Buffer.alloc(64 * 1024, "x");
    })();
    await expect(readStdin(Readable.from(endless) as Source)).rejects.toThrow(/larger than 1 MiB/);
  });
});
