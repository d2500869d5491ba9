// What the daemon does now and then: brings notes to the disk and makes sure that it can still be found.
// In: the parts and the control server. Out: nothing. A failure is logged and tried again the next time.
import type { ControlServer } from "../control/server.ts";
import { describeBug } from "./log.ts";
import type { DaemonParts } from "./parts.ts";

const FLUSH_MS = 30_000;
/** A socket file that a cleaner removed comes back within this time. */
const LISTED_MS = 2_000;

export class Upkeep {
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(parts: DaemonParts, control: ControlServer) {
    this.#timers = [setInterval(() => flush(parts), FLUSH_MS), setInterval(() => void relist(parts, control), LISTED_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

function flush({ profiles, log }: DaemonParts): void {
  for (const profile of profiles.opened()) {
    try {
      profile.store.flush();
      profile.audit.flush();
    } catch (error) {
      log.warn("flush failed", { profile: profile.name, ...describeBug(error) });
    }
  }
}

async function relist({ log }: DaemonParts, control: ControlServer): Promise<void> {
  if (control.isListed()) return;
  log.warn("control socket lost, listening again");
  try {
    await control.relisten();
  } catch (error) {
    log.error("control socket cannot be made again", describeBug(error));
  }
}
