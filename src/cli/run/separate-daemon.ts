// `run --daemon-socket`: a run at the daemon of another user, over the one socket that user opened for it (docs/separate-user.md).
// In: the socket's path. Out: a way to connect, and whose daemon it is. Refused when it would not separate anything.
// Nobody here can start that daemon, so one that is just being started anew (systemd does it) is waited for, and not for long.
import { statSync } from "node:fs";
import { connectControl } from "../../control/client.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import type { Control } from "../context.ts";

export interface SeparateDaemon {
  readonly uid: number;
  readonly connect: () => Promise<Control>;
}

/** A restart takes about one. */
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** @throws SANDBOX_UNAVAILABLE */
export async function findSeparateDaemon(path: string, patienceMs = PATIENCE_MS): Promise<SeparateDaemon> {
  const refuse = (message: string, hint?: string): KeywardError => new KeywardError("SANDBOX_UNAVAILABLE", message, { hint });
  const own = process.getuid?.();
  if (own === undefined) throw refuse("this system has no users to separate a daemon by");
  if (own === 0) throw refuse("root can read every process, so no daemon is separate from it", "start the run as an ordinary user");
  const uid = await inTime(async () => ownerOf(path), patienceMs);
  if (uid === null) throw refuse(`there is no run socket at ${path}, or it is not for this user`, "see docs/separate-user.md");
  if (uid === own) throw refuse(`the daemon at ${path} runs as this user, which separates nothing`, "see docs/separate-user.md");
  return {
    uid,
    async connect() {
      const control = await inTime(() => connectControl(path), patienceMs);
      if (control !== null) return control;
      throw new KeywardError("DAEMON_UNREACHABLE", `nobody listens on ${path}`, { hint: "systemctl status keyward" });
    },
  };
}

/** The first that is not null, or null when the time is over. */
async function inTime<T>(look: () => Promise<T | null>, patienceMs: number): Promise<T | null> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== null || performance.now() >= untilMs) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** null: no socket there that we may see. */
function ownerOf(path: string): number | null {
  try {
    const stat = statSync(path);
    return stat.isSocket() ? stat.uid : null;
  } catch (error) {
    if (["ENOENT", "EACCES", "ENOTDIR", "ELOOP"].includes(systemCode(error) ?? "")) return null;
    throw error;
  }
}
