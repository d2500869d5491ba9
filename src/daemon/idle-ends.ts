// What ends when nothing happens any more: first profiles under a passphrase are locked, much later the daemon goes. Both look at the same
// calls and lives, each with a clock of its own. In: what is alive, the settings (read anew). Out: locked profiles, one call of `onExit`.
import type { Paths } from "../config/paths.ts";
import { loadSettings } from "../config/settings-file.ts";
import { SETTINGS } from "../config/settings.ts";
import type { Clock } from "../core/clock.ts";
import { toKeywardError } from "../core/errors.ts";
import { IdleClock } from "./lifecycle.ts";
import type { DaemonLog } from "./log.ts";
import type { Profiles } from "./profiles/profiles.ts";

export interface IdleEndsOptions {
  readonly clock: Clock;
  readonly paths: Paths;
  readonly profiles: Pick<Profiles, "opened" | "lock">;
  readonly log: Pick<DaemonLog, "info" | "warn">;
  readonly isBusy: () => boolean;
  readonly onExit: () => void;
}

export type IdleEnds = Pick<IdleClock, "countCall" | "noteActivity" | "stop">;

export function startIdleEnds({ clock, paths, profiles, log, isBusy, onExit }: IdleEndsOptions): IdleEnds {
  const exit = new IdleClock({ clock, isBusy, timeoutS: () => secondsOf("daemon.idle_timeout", paths), onIdle: onExit });
  const lock = new IdleClock({
    clock,
    isBusy,
    timeoutS: () => secondsOf("profile.lock_after", paths),
    onIdle: () => void lockProfiles(profiles, log),
  });
  const both = [exit, lock];
  return {
    countCall: (change) => both.forEach((one) => one.countCall(change)),
    noteActivity: () => both.forEach((one) => one.noteActivity()),
    stop: () => both.forEach((one) => one.stop()),
  };
}

/** Only a passphrase keeps a key away from the next command; any other custody would hand it out again. */
async function lockProfiles(profiles: IdleEndsOptions["profiles"], log: IdleEndsOptions["log"]): Promise<void> {
  for (const { name, custody } of profiles.opened()) {
    if (custody !== "passphrase") continue;
    try {
      await profiles.lock(name);
      log.info("profile locked", { profile: name, reason: "idle" });
    } catch (error) {
      log.warn("profile not locked", { profile: name, code: toKeywardError(error).code });
    }
  }
}

/** A damaged config.json must not keep the daemon alive or a profile open for ever, nor end either at once. */
function secondsOf(key: "daemon.idle_timeout" | "profile.lock_after", paths: Paths): number {
  try {
    return loadSettings(paths)[key];
  } catch {
    return Number(SETTINGS[key].fallback);
  }
}
