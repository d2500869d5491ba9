import { mkdtempSync, writeFileSync } from "node:fs";
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
});
