// A tenth of what `npm run crash` does (docs/reliability.md): processes that die at any moment, power that is cut, a disk that fails now and
// then. What was acknowledged is there, what is there is whole.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

function run(script: string, rounds: number): { status: number | null; stdout: string; stderr: string } {
  const args = [`scripts/crash/${script}.mjs`, "--rounds", String(rounds)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 590_000,
  });
  return { status, stdout, stderr };
}

/** The cuts and the faults are preloaded libraries. */
const isLinux = process.platform === "linux";

describe("a store", { timeout: 600_000 }, () => {
  it("loses nothing in a hundred kills while it is written, made, rekeyed, migrated, saved and restored", () => {
    expect(run("store-kills", 100)).toMatchObject({
      stderr: "",
      status: 0,
      stdout: expect.stringContaining("ok: 100 kills (write 40, create 20, migrate 10, rekey 10, backup 10, restore 10), ") as string,
    });
  });

  it.runIf(isLinux)("loses nothing in twenty power cuts, which would lose rows with a weaker setting", () => {
    const done = run("power-cuts", 20);
    expect(done).toMatchObject({ stderr: "", status: 0 });
    expect(done.stdout).toMatch(/^NORMAL: [1-9]\d* of \d+ cuts lost acknowledged rows$/m);
    expect(done.stdout).toMatch(/^OFF: [1-9]\d* of \d+ cuts lost acknowledged rows$/m);
  });

  it.runIf(isLinux)("keeps what it acknowledged on a disk whose syncs and writes fail", () => {
    expect(run("io-faults", 100)).toMatchObject({ stderr: "", status: 0 });
  });
});
