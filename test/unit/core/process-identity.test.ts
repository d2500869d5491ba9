import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ancestorsOf, identifyProcess, isProcessAlive, processorTicksOf } from "../../../src/core/process-identity.ts";

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

describe("the processor time of a process", () => {
  it.runIf(process.platform === "linux")("grows while it works, and is not there for one that is gone", () => {
    const before = processorTicksOf(process.pid) ?? 0;
    for (const endMs = performance.now() + 5_000; performance.now() < endMs && processorTicksOf(process.pid) === before;);
    expect(processorTicksOf(process.pid)).toBeGreaterThan(before);
    expect(processorTicksOf(2 ** 30)).toBeNull();
  });
});
