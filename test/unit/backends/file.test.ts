import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { file } from "../../../src/backends/file.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";

describe("a file", () => {
  it("is read, also through a link, as it is at that moment", async () => {
    const { directory, tools } = testMachine();
    writeFileSync(join(directory, "key"), "first\n");
    symlinkSync("key", join(directory, "link"));
    expect((await file.read(join(directory, "link"), tools)).reveal()).toBe("first");
    writeFileSync(join(directory, "key"), "second");
    expect((await file.read(`//${join(directory, "key")}`, tools)).reveal()).toBe("second");
  });

  it("that is none does not keep anybody waiting", async () => {
    const { directory, tools } = testMachine();
    execFileSync("mkfifo", [join(directory, "pipe")]);
    mkdirSync(join(directory, "folder"));
    expect(await refusalOf(file.read(join(directory, "pipe"), tools))).toContain("is not a file");
    expect(await refusalOf(file.read(join(directory, "folder"), tools))).toContain("is not a file");
    expect(await refusalOf(file.read(join(directory, "absent"), tools))).toContain("does not exist");
  });

  it("of binary content or none is refused", async () => {
    const { directory, tools } = testMachine();
    writeFileSync(join(directory, "binary"), Buffer.from([0xc3, 0x28]));
    writeFileSync(join(directory, "empty"), "");
    expect(await refusalOf(file.read(join(directory, "binary"), tools))).toContain("no UTF-8");
    expect(await refusalOf(file.read(join(directory, "empty"), tools))).toContain("gave nothing");
  });
});
