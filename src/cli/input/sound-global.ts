// The global options of a command that only looks, where config.json is broken and so nobody knows which profile is meant: the default
// one, said aloud. In: the command's name and options. Out: options. What stores, reveals or starts something refuses a broken file instead.
import { readVariable } from "../../config/environment.ts";
import { resolvePaths } from "../../config/paths.ts";
import { readStoredSettings } from "../../config/settings-file.ts";
import { SETTINGS } from "../../config/settings.ts";
import { KeywardError } from "../../core/errors.ts";
import { createOutput, type World } from "../context.ts";
import type { GlobalOptions } from "../parse.ts";

const LOOKING = new Set([
  "list",
  "status",
  "auth status",
  "creds check",
  "creds list",
  "vault list",
  "vault versions",
  "vault check",
  "connection list",
  "runs list",
  "audit list",
  "audit show",
  "audit verify",
]);

export function soundGlobal(name: string, world: World, global: GlobalOptions): GlobalOptions {
  if (!LOOKING.has(name) || global.profile !== undefined || readVariable("KEYWARD_PROFILE", world.environment) !== undefined) return global;
  const paths = resolvePaths(world.environment);
  try {
    readStoredSettings(paths);
    return global;
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error;
    const profile = String(SETTINGS.profile.fallback);
    createOutput(world, global).warn(`ignoring unreadable ${paths.config}: ${error.message}; the profile '${profile}' is looked at`);
    return { ...global, profile };
  }
}
