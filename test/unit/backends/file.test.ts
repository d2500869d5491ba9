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

  it("of JSON gives the text at a pointer, as it is at that moment", async () => {
    const { directory, tools } = testMachine();
    const path = join(directory, "auth.json");
    const write = (token: string) =>
      writeFileSync(path, `\ufeff${JSON.stringify({ "a/b": { token: ` ${token} ` }, list: ["x"], number: 5 })}\r\n`);
    write("first");
    expect((await file.read(`${path}#/a~1b/token`, tools)).reveal()).toBe("first");
    write("second");
    expect((await file.read(`${path}#/a~1b/token`, tools)).reveal()).toBe("second");
    expect((await file.read(`${path}#/list/0`, tools)).reveal()).toBe("x");
    for (const pointer of ["/missing", "/number", "/a~1b", "/constructor", "/a~1b/token/length"])
      expect(await refusalOf(file.read(`${path}#${pointer}`, tools))).toContain(`has no text at ${pointer}`);
  });

  it("that is no JSON is refused where a pointer is given, without a word of it", async () => {
    const { directory, tools } = testMachine();
    const path = join(directory, "auth.json");
    writeFileSync(path, '{"token": "secret-text');
    const refusal = await refusalOf(file.read(`${path}#/token`, tools));
    expect(refusal).toContain("is not valid JSON");
    expect(refusal).not.toContain("secret-text");
    expect(await refusalOf(file.read(`${join(directory, "absent")}#/token`, tools))).toContain("does not exist");
  });

  it("whose name looks like a pointer is read whole", async () => {
    const { directory, tools } = testMachine();
    mkdirSync(join(directory, "odd#"));
    writeFileSync(join(directory, "odd#", "key"), "whole");
    expect((await file.read(join(directory, "odd#", "key"), tools)).reveal()).toBe("whole");
  });
});
