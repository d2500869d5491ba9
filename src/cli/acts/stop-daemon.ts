// Stops the daemon and waits until it is gone. In: the context. Out: what it was doing, or null when there was none.
// It asks over the control socket and never signals a process.
import type { DaemonStatus } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { identifyProcess, isProcessAlive } from "../../core/process-identity.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { Context } from "../context.ts";

const STOP_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 20;

const isAlive = (target: ProcessIdentity | null): boolean => target !== null && isProcessAlive(target);

export async function stopDaemon({ world, paths }: Context): Promise<DaemonStatus | null> {
  const control = await world.find(paths);
  if (control === null) return null;
  try {
    const status = await control.call("daemon.status", {});
    const target = identifyProcess(status.pid);
    await control.call("daemon.stop", {});
    const deadlineMs = world.nowMs() + STOP_LIMIT_MS;
    // The end of another process is no event this one gets.
    while (isAlive(target)) {
      if (world.nowMs() > deadlineMs) {
        throw new KeywardError("DAEMON_STOPPING", `the daemon (pid ${status.pid}) is still finishing requests`, {
          hint: "keyward daemon status",
        });
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return status;
  } finally {
    control.close();
  }
}
