import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { findCommand } from "../../../src/child/find-command.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-find-"));
  for (const name of ["first", "second"]) mkdirSync(join(directory, name));
});

function program(path: string, mode = 0o755): string {
  writeFileSync(join(directory, path), "#!/bin/sh\n");
  chmodSync(join(directory, path), mode);
  return join(directory, path);
}

const find = (command: string, path: string | undefined = `${directory}/first:${directory}/second`): string =>
  findCommand(command, { env: path === undefined ? {} : { PATH: path }, cwd: directory });

describe("findCommand", () => {
  it("takes the first executable of the child's PATH", () => {
    const second = program("second/tool");
    expect(find("tool")).toBe(second);
    const first = program("first/tool");
    expect(find("tool")).toBe(first);
  });

  it("passes over a directory or a file that cannot be executed, as a shell does", () => {
    mkdirSync(join(directory, "first", "tool"));
    const second = program("second/tool");
    expect(find("tool")).toBe(second);
  });

  it("reads an empty element of PATH as the current directory and a path as a path", () => {
    const own = program("tool");
    expect(find("tool", ":/nowhere")).toBe(own);
    expect(find("./tool", "/nowhere")).toBe(own);
    expect(find(own, "")).toBe(own);
  });

  it("searches the system's directories when PATH is not set", () => {
    expect(findCommand("sh", { env: {}, cwd: directory })).toMatch(/^(?:\/usr)?\/bin\/sh$/);
  });

  it.each(["none", "./none", "", "a\0b", "-x"])("says that %j is not there: 127", (command) => {
    expect(() => find(command)).toThrow(expect.objectContaining({ code: "COMMAND_NOT_FOUND", exitCode: 127 }));
  });

  it("says that a link to nothing is not there: 127", () => {
    symlinkSync("nowhere", join(directory, "first", "tool"));
    expect(() => find("tool")).toThrow(expect.objectContaining({ code: "COMMAND_NOT_FOUND" }));
  });

  it("says why a file cannot be executed: 126", () => {
    program("first/tool", 0o644);
    expect(() => find("tool")).toThrow(
      expect.objectContaining({ code: "COMMAND_NOT_EXECUTABLE", exitCode: 126, message: "tool: cannot execute, permission denied" }),
    );
    expect(() => find("./first")).toThrow(/it is a directory/);
  });

  it("shows nothing in its message that a terminal would obey", () => {
    expect(() => find("\u001b]52;c;x\u0007\u202e\nrm")).toThrow(/^\?\]52;c;x\?\?\?rm: command not found$/);
  });
});
