// A tenth of scripts/crash/lifecycle.mjs: cold starts by fifty commands at once, short runs, killed daemons and wrappers.
// The machine of a test is busy with others, so the time limits are five times those of the script.
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { runProgram } from "../support/keyward.ts";
import { LiveChild } from "../support/live-child.ts";
import { openScene, type Scene } from "../support/scene.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/crash/lifecycle.mjs", import.meta.url));

let scene: Scene | undefined;
let child: LiveChild | undefined;
afterEach(async () => {
  await child?.end().catch(() => {});
  await scene?.close();
});

it("starts one daemon whoever comes at once, leaves nothing of a run, and outlives kills", { timeout: 900_000 }, async () => {
  const env = { PATH: process.env["PATH"] };
  const done = await runProgram(process.execPath, [SCRIPT, "--rounds", "100", "--patience", "5"], { env, limitMs: 880_000 });
  expect({ exitCode: done.exitCode, stderr: done.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(done.stdout).toContain("cold starts: 10 × 50, one daemon each time, all served");
  expect(done.stdout).toContain("short runs: 100, no zombie, no listener, no run");
  expect(done.stdout).toMatch(/^daemon kills: 2, the same run worked again in \d+ ms/m);
  expect(done.stdout).toMatch(/^wrapper kills: 2, every token dead within \d+ ms/m);
});

it("while the daemon is dead a child's requests fail, and none goes to the provider past it", async () => {
  const opened = (scene = await openScene());
  const key = await opened.login("openai");
  child = new LiveChild(opened.home);
  expect((await child.askOpenai()).status).toBe(200);
  const { pid: wrapper } = child.command.child;
  for (let round = 0; round < 3; round++) {
    // Stopped, the command cannot start another daemon: its child finds none for certain.
    process.kill(wrapper as number, "SIGSTOP");
    process.kill(opened.home.daemonPid(), "SIGKILL");
    try {
      const { status, error } = await child.askOpenai();
      expect(error ?? String(status)).toMatch(/ECONNREFUSED|ECONNRESET|UND_ERR|socket|50[234]/i);
    } finally {
      process.kill(wrapper as number, "SIGCONT");
    }
    await expect.poll(async () => (await (child as LiveChild).askOpenai()).status, { timeout: 30_000 }).toBe(200);
  }
  expect(opened.upstream.requests).toHaveLength(4);
  expect(new Set(opened.upstream.requests.map(({ headers }) => headers["authorization"]))).toEqual(new Set([`Bearer ${key}`]));
});
