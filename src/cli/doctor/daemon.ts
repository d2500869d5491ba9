// Checks of the command's own side: are the settings readable, does the daemon answer, and which clients are there to be tried?
// In: the context. Out: one line each. A daemon that is not there is started, as any command would.
import { listSettings } from "../../config/settings-file.ts";
import type { Check } from "../../control/findings.ts";
import { packageVersion } from "../../control/version.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { Context, Control } from "../context.ts";

export function checkSettings({ paths, world }: Context): Check {
  try {
    const changed = listSettings(paths, world.environment).filter(({ source }) => source !== "default").length;
    return { name: "settings", state: "ok", found: `${changed} set, the others at their defaults`, fix: null };
  } catch (error) {
    const { message, hint } = toKeywardError(error);
    return { name: "settings", state: "fail", found: message, fix: hint ?? `correct ${paths.config}` };
  }
}

export interface FoundDaemon {
  readonly check: Check;
  /** null: it does not answer. */
  readonly control: Control | null;
}

export async function findDaemon(context: Context): Promise<FoundDaemon> {
  try {
    const control = await context.control();
    return { check: await describe(control, context), control };
  } catch (error) {
    const { message, hint } = toKeywardError(error);
    return { check: { name: "daemon", state: "fail", found: message, fix: hint ?? "keyward daemon logs" }, control: null };
  }
}

async function describe(control: Control, { paths }: Context): Promise<Check> {
  if (control.notice !== null) return { name: "daemon", state: "warn", found: control.notice, fix: "keyward daemon restart" };
  try {
    const { version, pid } = await control.call("daemon.status", {});
    return { name: "daemon", state: "ok", found: `keyward ${version}, pid ${pid}, at ${paths.controlSocket}`, fix: null };
  } catch (error) {
    // It answers; what it complains about (settings, a profile) has a line of its own.
    return {
      name: "daemon",
      state: "ok",
      found: `it answers this keyward ${packageVersion()} (${toKeywardError(error).message})`,
      fix: null,
    };
  }
}

/** The lines of a report for which the daemon is needed, when there is none. */
export function uncheckable(): Check {
  return { name: "profile and proxy", state: "warn", found: "not looked at: the daemon does not answer", fix: null };
}
