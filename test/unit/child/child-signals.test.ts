import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { bridgeSignals } from "../../../src/child/child-signals.ts";

async function startSleeper(): Promise<ChildProcess> {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  return child;
}

describe("bridgeSignals", () => {
  it.each(["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const)("passes %s on to the child", async (signal) => {
    const child = await startSleeper();
    const bridge = bridgeSignals(() => child.pid);
    const ended = once(child, "exit");
    process.emit(signal, signal);
    expect(await ended).toEqual([null, signal]);
    bridge.release();
  });

  it("survives a signal before the child lives and after it ended", async () => {
    const before = bridgeSignals(() => undefined);
    process.emit("SIGTERM", "SIGTERM");
    before.release();
    const child = await startSleeper();
    child.kill("SIGKILL");
    await once(child, "exit");
    const after = bridgeSignals(() => child.pid);
    process.emit("SIGTERM", "SIGTERM");
    after.release();
  });

  it("takes all its handlers away again", () => {
    const signals = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGCONT", "SIGWINCH", "SIGUSR1", "SIGUSR2", "SIGCHLD"] as const;
    const count = (): number[] => signals.map((signal) => process.listenerCount(signal));
    const before = count();
    const bridge = bridgeSignals(() => undefined);
    expect(count()).not.toEqual(before);
    expect(process.listenerCount("SIGTSTP")).toBe(0);
    bridge.release();
    expect(count()).toEqual(before);
  });
});
