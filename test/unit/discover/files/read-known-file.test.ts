import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readKnownFile } from "../../../../src/discover/files/read-known-file.ts";
import { newHome } from "../../../support/discover/stage-fixture.ts";

const home = newHome();
const elsewhere = newHome();
const at = (name: string): string => join(home, name);
const read = (name: string, confined = false) => readKnownFile(at(name), { home, confined });

describe("readKnownFile", () => {
  it("reads text, whatever marks its start", () => {
    writeFileSync(at("plain"), "a\r\nb", { mode: 0o600 });
    writeFileSync(at("utf16"), Buffer.from("\ufeffkey", "utf16le"), { mode: 0o600 });
    expect(read("plain")).toMatchObject({ kind: "text", text: "a\r\nb", exposed: false, leadsTo: null });
    expect(read("utf16")).toMatchObject({ kind: "text", text: "key" });
  });

  it("sees that others may read a file", () => {
    writeFileSync(at("open"), "a");
    chmodSync(at("open"), 0o644);
    expect(read("open")).toMatchObject({ exposed: true });
  });

  it("takes a missing file, and one below a file, for absent", () => {
    expect(read("missing")).toEqual({ kind: "absent" });
    expect(read("plain/inner")).toEqual({ kind: "absent" });
    symlinkSync(at("nowhere"), at("dangling"));
    expect(read("dangling")).toEqual({ kind: "absent" });
  });

  it("refuses what is no text or no file, and waits for nobody", () => {
    writeFileSync(at("binary"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
    writeFileSync(at("latin1"), Buffer.from([0x61, 0xe9, 0x62]));
    mkdirSync(at("directory"));
    execFileSync("mkfifo", [at("pipe")]);
    expect(read("binary")).toEqual({ kind: "unreadable", reason: "it is not text" });
    expect(read("latin1")).toEqual({ kind: "unreadable", reason: "it is not text" });
    expect(read("directory")).toEqual({ kind: "unreadable", reason: "it is not a file" });
    expect(read("pipe")).toEqual({ kind: "unreadable", reason: "it is not a file" });
    symlinkSync("loop", at("loop"));
    expect(read("loop")).toEqual({ kind: "unreadable", reason: "it cannot be read (ELOOP)" });
  });

  it("reads ten megabytes and not a byte more", () => {
    writeFileSync(at("large"), "");
    chmodSync(at("large"), 0o600);
    writeFileSync(at("large"), Buffer.alloc(10 * 1024 * 1024, "a"));
    expect(read("large")).toMatchObject({ kind: "text" });
    truncateSync(at("large"), 10 * 1024 * 1024 + 1);
    expect(read("large")).toEqual({ kind: "unreadable", reason: "it is larger than 10 MiB" });
  });

  it.skipIf(process.getuid?.() === 0)("says that it may not read a file", () => {
    writeFileSync(at("closed"), "a", { mode: 0o000 });
    expect(read("closed")).toEqual({ kind: "unreadable", reason: "it cannot be read (EACCES)" });
  });

  it("follows a link within the home, says where one leads out of it, and stays inside when it is confined", () => {
    writeFileSync(join(elsewhere, "target"), "a", { mode: 0o600 });
    symlinkSync(at("plain"), at("inner-link"));
    symlinkSync(join(elsewhere, "target"), at("outer-link"));
    symlinkSync(elsewhere, at("outer-directory"));
    expect(read("inner-link", true)).toMatchObject({ kind: "text", leadsTo: null });
    expect(read("outer-link")).toMatchObject({ kind: "text", text: "a", leadsTo: join(elsewhere, "target") });
    expect(read("outer-link", true)).toEqual({ kind: "outside", leadsTo: join(elsewhere, "target") });
    expect(read("outer-directory/target", true)).toMatchObject({ kind: "outside" });
  });

  it("gives one identity to every path of a file", () => {
    const [direct, linked] = [read("plain"), read("inner-link")];
    expect(direct.kind === "text" && linked.kind === "text" && direct.identity === linked.identity).toBe(true);
  });
});
