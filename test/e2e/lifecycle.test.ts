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
});

it("while the daemon is dead a child's requests fail, and none goes to the provider past it", async () => {
  const opened = (scene = await openScene());
  const key = await opened.login("openai");
  child = new LiveChild(opened.home);
  expect((await child.askOpenai()).status).toBe(200);
  const failures: string[] = [];
  for (let round = 0; round < 3; round++) {
    process.kill(opened.home.daemonPid(), "SIGKILL");
    await expect
      .poll(async () => {
        const answer = await (child as LiveChild).askOpenai();
        if (answer.status !== 200) failures.push(answer.error ?? String(answer.status));
        return answer.status;
      })
      .toBe(200);
  }
  for (const failure of failures) expect(failure).toMatch(/ECONNREFUSED|ECONNRESET|UND_ERR|socket|50[234]/i);
  expect(new Set(opened.upstream.requests.map(({ headers }) => headers["authorization"]))).toEqual(new Set([`Bearer ${key}`]));
});
