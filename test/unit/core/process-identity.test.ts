import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ancestorsOf, identifyProcess, isProcessAlive } from "../../../src/core/process-identity.ts";

describe("process identity", () => {
  it("knows a live process and sees it end", async () => {
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
    await once(child, "spawn");
    const identity = identifyProcess(child.pid ?? 0);
    expect(identity).not.toBeNull();
    if (identity === null) return;
    expect(isProcessAlive(identity)).toBe(true);
    expect(isProcessAlive({ ...identity, startedAt: "another" })).toBe(false);
    if (process.platform === "linux") expect(ancestorsOf(identity.pid)).toContain(process.pid);
    child.stdin.end();
    await once(child, "exit");
    expect(isProcessAlive(identity)).toBe(false);
  });

  it("finds nothing behind pids that cannot be", () => {
    for (const pid of [0, -1, 1.5, 4_194_305]) expect(identifyProcess(pid)).toBeNull();
  });
});
