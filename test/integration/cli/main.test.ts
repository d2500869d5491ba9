// The command as a process: its streams, its status, what it leaves alone.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CLI, runKeyward, runProgram } from "../../support/keyward.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-main-"));
const env = { PATH: process.env["PATH"], KEYWARD_HOME: join(directory, "h"), KEYWARD_KEYCHAIN: "off" };
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("keyward", () => {
  it("is a program by itself", () => {
    expect(readFileSync(CLI, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it("ends with its status and keeps data and words apart", async () => {
    expect(await runKeyward(["config", "get", "ui.port"], { env })).toMatchObject({ exitCode: 0, stdout: "0\n", stderr: "" });
    expect(await runKeyward(["nonsense"], { env })).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("is quiet when its reader goes away", async () => {
    const piped = await runProgram(
      "/bin/bash",
      ["--norc", "-c", `set -o pipefail; '${process.execPath}' '${CLI}' --help | true; echo "$?"`],
      {
        env,
      },
    );
    expect(piped).toMatchObject({ stdout: "0\n", stderr: "" });
  });

  it("works in a directory that was removed, and without a home it can use says which", async () => {
    const gone = await runProgram(
      "/bin/sh",
      [
        "-c",
        `mkdir '${directory}/gone' && cd '${directory}/gone' && rmdir '${directory}/gone' && '${process.execPath}' '${CLI}' config get ui.port`,
      ],
      { env },
    );
    expect(gone).toMatchObject({ exitCode: 0, stdout: "0\n" });
    const blocked = await runKeyward(["config", "set", "ui.port", "7999"], { env: { ...env, KEYWARD_HOME: "/dev/null/x" } });
    expect(blocked.exitCode).toBe(1);
    expect(blocked.stderr).toMatch(/^error: cannot create .*\nhint: point KEYWARD_HOME/);
  });
});
