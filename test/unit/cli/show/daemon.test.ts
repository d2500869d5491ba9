import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("showDaemon", () => {
  it("reads as facts", async () => {
    const { stdout } = await keyward(["daemon", "status"], { answers: ANSWERS });
    expect(stdout).toMatch(/^up for: +1 hour$/m);
    expect(stdout).toMatch(/^profile: +default \(unlocked\)$/m);
    expect(stdout).toMatch(/^key in: +the system's keychain$/m);
    expect(stdout).toMatch(/^memory: +64 MiB$/m);
  });

  it("says so when there is none", async () => {
    expect((await keyward(["daemon", "status"], { daemonRuns: false })).stdout).toMatch(/^the daemon is not running/);
  });
});
