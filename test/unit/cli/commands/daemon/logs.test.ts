import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-logs-"));

describe("daemon logs", () => {
  it("shows the last lines of the log, without control characters", async () => {
    const home = join(directory, "logs");
    await keyward(["config", "set", "ui.port", "0"], { env: { KEYWARD_HOME: home } });
    writeFileSync(join(home, "state", "daemon.log"), "one\ntwo\nthr\u001bee\n");
    const done = await keyward(["daemon", "logs", "--lines", "2"], { env: { KEYWARD_HOME: home } });
    expect(done.stdout).toBe("two\nthree\n");
    expect((await keyward(["daemon", "logs", "--lines", "many"], { env: { KEYWARD_HOME: home } })).status).toBe(2);
  });

  it("follows what is written next, through a replaced log, until Ctrl-C ends it without an error", async () => {
    const home = join(directory, "followed");
    await keyward(["config", "set", "ui.port", "0"], { env: { KEYWARD_HOME: home } });
    const log = join(home, "state", "daemon.log");
    writeFileSync(log, "old line\n");
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const seen: string[] = [];
    const steps = new Map([
      ["old line\n", () => appendFileSync(log, "half ")],
      ["half whole\n", () => writeFileSync(log, "new\n")],
      ["new\n", () => process.emit("SIGINT", "SIGINT")],
    ]);
    const onStdout = (text: string): void => {
      seen.push(text);
      setImmediate(() => steps.get(text)?.());
      if (text === "old line\n") setImmediate(() => setImmediate(() => appendFileSync(log, "whole\n")));
    };
    const done = await keyward(["daemon", "logs", "-f"], { env: { KEYWARD_HOME: home }, onStdout });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(seen).toEqual(["old line\n", "half whole\n", "new\n"]);
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBeLessThanOrEqual(timers);
  });

  it("has no JSON form while it follows", async () => {
    expect(await keyward(["daemon", "logs", "-f", "--json"])).toMatchObject({ status: 2, stdout: "" });
  });
});
