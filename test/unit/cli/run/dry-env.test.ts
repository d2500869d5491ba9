import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunStarted } from "../../../../src/control/protocol.ts";
import { type FakeOptions, type Finished, keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

function dryRun(argv: readonly string[], options: { env?: Record<string, string>; placeholder?: string } = {}): Promise<Finished> {
  const home = mkdtempSync(join(tmpdir(), "kw-dry-"));
  mkdirSync(join(home, "state"), { mode: 0o700 });
  const ca = join(home, "ca.pem");
  writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  const started = {
    ...(ANSWERS["run.start"] as RunStarted),
    caCertificatePath: ca,
    env: { OPENAI_API_KEY: options.placeholder ?? "placeholder-1" },
  };
  const fake: FakeOptions = { answers: { ...ANSWERS, "run.start": started }, env: { KEYWARD_HOME: home, ...options.env } };
  return keyward(["run", "--dry-env", ...argv], fake);
}

describe("run --dry-env", () => {
  it("prints what changes, unsets what goes, and says how the run ends", async () => {
    const done = await dryRun(["--ttl", "2h"], { env: { UNCHANGED: "1", ALL_PROXY: "socks5://x" } });
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("export OPENAI_API_KEY='placeholder-1'\n");
    expect(done.stdout).toContain("unset ALL_PROXY\n");
    expect(done.stdout).not.toContain("UNCHANGED");
    expect(done.stderr).toContain("run_1 ends in 2 hours, or with: keyward runs end run_1");
    expect(done.calls[0]?.params).toMatchObject({ owner: null, ttlMs: 7_200_000 });
  });

  it("warns where a format cannot remove a variable", async () => {
    const done = await dryRun(["--format", "dotenv"], { env: { ALL_PROXY: "x" } });
    expect(done.stderr).toContain("warning: unset ALL_PROXY yourself");
  });

  it("ends the run again when its environment cannot be written", async () => {
    const done = await dryRun(["--format", "dotenv"], { placeholder: "' \" ` \\" });
    expect(done).toMatchObject({ status: 2, stdout: "" });
    expect(done.calls.map(({ method }) => method)).toEqual(["run.start", "run.end"]);
  });
});
