import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isInForeground, isStopped } from "../../../src/child/process-state.ts";

describe("isStopped", () => {
  it("tells a stopped process from a running one and from none", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    try {
      expect(isStopped(pid)).toBe(false);
      const told = once(process, "SIGCHLD");
      child.kill("SIGSTOP");
      await told;
      expect(isStopped(pid)).toBe(true);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(isStopped(pid)).toBe(false);
  });
});

describe("isInForeground", () => {
  it("is a plain answer whether or not there is a terminal", () => {
    expect(typeof isInForeground()).toBe("boolean");
  });
});
