// What a shell sees of `keyward run`: the child's own output and status, nothing of keyward's, and keyward's own statuses when it fails first.
import { chmodSync } from "node:fs";
import { constants } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finished } from "../support/keyward.ts";
import { TempHome } from "../support/temp-home.ts";
import { outputMatching } from "../support/wait.ts";

let home: TempHome;
beforeAll(() => {
  home = new TempHome();
});
afterAll(() => home.remove());

describe("the status of a run", () => {
  it.each([0, 1, 3, 42, 255])("is the child's own, %i", async (status) => {
    const done = await home.run(["run", "--", "sh", "-c", `exit ${status}`]);
    expect(done).toMatchObject({ exitCode: status, stdout: "" });
  });

  it("is 128 and the number of the signal that ended the child", async () => {
    expect(shellStatus(await home.run(["run", "--", "sh", "-c", "kill -TERM $$"]))).toBe(143);
    expect(shellStatus(await home.run(["run", "--", "sh", "-c", "kill -KILL $$"]))).toBe(137);
  });

  it("is 127 for a command that does not exist and 126 for one that cannot run", async () => {
    const missing = await home.run(["run", "--", "no-such-command-anywhere"]);
    expect(missing.exitCode).toBe(127);
    expect(missing.stderr).toContain("no-such-command-anywhere");
    const file = home.write("not-executable", "#!/bin/sh\n");
    chmodSync(file, 0o644);
    expect((await home.run(["run", "--", file])).exitCode).toBe(126);
  });

  it("is 2 without a command and 125 when keyward fails before the child", async () => {
    expect((await home.run(["run"])).exitCode).toBe(2);
    const blocked = new TempHome();
    try {
      chmodSync(blocked.path, 0o755);
      const done = await blocked.run(["run", "--", "true"]);
      expect(done.exitCode).toBe(125);
      expect(done.stderr).toMatch(/chmod 700/);
    } finally {
      await blocked.remove();
    }
  });
});

/** As `$?` has it: keyward may end by the child's own signal. */
function shellStatus({ exitCode, signal }: Finished): number | null {
  return signal === null ? exitCode : 128 + constants.signals[signal];
}

describe("the child", () => {
  it("has standard input, output and error to itself", async () => {
    const done = await home.run(["run", "--", "sh", "-c", "cat; echo wrong >&2"], { stdin: "through\0and\nthrough" });
    expect(done).toMatchObject({ exitCode: 0, stdout: "through\0and\nthrough", stderr: "wrong\n" });
  });

  it("gets its arguments untouched, options and all", async () => {
    const script = home.write("arguments.mjs", "process.stdout.write(JSON.stringify(process.argv.slice(2)));");
    const words = ["--help", "-v", "--json", "two words", "", "--", "$HOME", 'quo"te', "--connection", "a=b"];
    const done = await home.run(["run", "--", process.execPath, script, ...words]);
    expect(JSON.parse(done.stdout)).toEqual(words);
  });

  it("gets the signals that keyward gets, and decides itself", async () => {
    const script = home.write("trap.sh", "trap 'echo caught; exit 9' TERM\necho ready\nwhile :; do sleep 0.05; done\n");
    const live = home.spawn(["run", "--", "sh", script]);
    await outputMatching(live.child.stdout, /ready/);
    live.child.kill("SIGTERM");
    expect(await live.finished).toMatchObject({ exitCode: 9, stdout: "ready\ncaught\n" });
  });

  it("survives a reader that goes away", async () => {
    const live = home.spawn(["run", "--", "sh", "-c", "yes | head -c 10000000"]);
    live.child.stdout.destroy();
    const { exitCode, signal } = await live.finished;
    expect(signal === "SIGPIPE" || exitCode !== 70).toBe(true);
  });
});

describe("wrong command lines", () => {
  const key = `sk-${"typed".repeat(8)}`;
  it.each([
    ["a key as an argument", ["login", "openai", key]],
    ["an unknown command", ["lgoin"]],
    ["an unknown option", ["list", "--colour-of-the-sky"]],
    ["an unknown provider", ["login", "no-such-provider", "--stdin"]],
    ["a bad connection name", ["login", "openai", "--connection", "Not A Name", "--stdin"]],
    ["a key of the wrong shape", ["login", "openai", "--stdin"]],
    ["an unknown setting", ["config", "get", "no.such.setting"]],
    ["a setting's bad value", ["config", "set", "ui.port", "seventy"]],
    ["an unknown field", ["get", "openai", "--field", "nonsense"]],
  ])("end with 2 and one line: %s", async (_what, args) => {
    const done = await home.run(args, { stdin: "short" });
    expect(done.stdout).toBe("");
    expect(done.stderr).not.toContain(key);
    expect(done.stderr).not.toMatch(/\n\s+at /);
    expect([2, 3, 7]).toContain(done.exitCode);
    if (!args.includes("--field")) expect(done.exitCode).toBe(2);
  });

  it("say the same as one JSON object with --json", async () => {
    const done = await home.run(["config", "get", "no.such.setting", "--json"]);
    expect(JSON.parse(done.stderr)).toMatchObject({ error: { code: "SETTING_UNKNOWN", message: expect.any(String) } });
    expect(done).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("never wait for a person where there is none", async () => {
    const done = await home.run(["login", "openai"], { env: { KEYWARD_CI: "1" } });
    expect(done.exitCode).toBe(4);
    expect(done.stderr).toContain("--stdin");
  });
});
