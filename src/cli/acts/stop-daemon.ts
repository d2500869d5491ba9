// Stops the daemon and waits until it is gone. In: the context. Out: what it was doing, or null when there was none.
// It asks over the control socket and never signals a process.
import type { DaemonStatus } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { identifyProcess, isProcessAlive } from "../../core/process-identity.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { Context, Control } from "../context.ts";
import { hasEnded } from "../reach/call-again.ts";

const STOP_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 20;

const isAlive = (target: ProcessIdentity | null): boolean => target !== null && isProcessAlive(target);

export async function stopDaemon({ world, paths }: Context): Promise<DaemonStatus | null> {
  const deadlineMs = world.nowMs() + STOP_LIMIT_MS;
  let pid: number | null = null;
  while (world.nowMs() <= deadlineMs) {
    const control = await world.find(paths);
    if (control === null) return null;
    try {
      const status = await control.call("daemon.status", {});
      const target = identifyProcess(status.pid);
      pid = status.pid;
      await askToStop(control);
      if (await isGone(target, world, deadlineMs)) return status;
    } catch (error) {
      // Somebody else ended it, and it may be back already.
      if (!hasEnded(error)) throw error;
    } finally {
      control.close();
    }
  }
  throw new KeywardError("DAEMON_STOPPING", `the daemon${pid === null ? "" : ` (pid ${pid})`} is still finishing requests`, {
    hint: "keyward daemon status",
  });
}

/** That it ended before it answered is what was wanted. */
async function askToStop(control: Control): Promise<void> {
  try {
    await control.call("daemon.stop", {});
  } catch (error) {
    if (!hasEnded(error)) throw error;
  }
}

/** The end of another process is no event this one gets. */
async function isGone(target: ProcessIdentity | null, { nowMs }: Context["world"], deadlineMs: number): Promise<boolean> {
  while (isAlive(target)) {
    if (nowMs() > deadlineMs) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return true;
}
