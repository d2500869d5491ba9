// A home for one command (KEYWARD_EPHEMERAL): a private directory, in memory where the system has one, gone when the command ends.
// In: the environment and the usual home. Out: paths with the user's settings and definitions in them; no store, no key.
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, readVariable } from "../../config/environment.ts";
import { type Paths, resolvePaths } from "../../config/paths.ts";
import { KeywardError } from "../../core/errors.ts";

export interface TemporaryHome {
  readonly paths: Paths;
  readonly remove: () => void;
}

/** KEYWARD_EPHEMERAL is set to something that is no "no". */
export function isEphemeral(environment: Environment): boolean {
  const value = readVariable("KEYWARD_EPHEMERAL", environment);
  return value !== undefined && value !== "0" && value !== "false";
}

/** Nothing says where a home would be, or it is no directory that could hold one. */
export function isHomeless(environment: Environment): boolean {
  if (readVariable("KEYWARD_HOME", environment) !== undefined) return false;
  const home = readVariable(process.platform === "win32" ? "USERPROFILE" : "HOME", environment);
  if (home === undefined) return true;
  try {
    accessSync(home, constants.W_OK | constants.X_OK);
    return false;
  } catch {
    return true;
  }
}

/** @throws HOME_UNUSABLE */
export function makeTemporaryHome(environment: Environment, usual: Paths): TemporaryHome {
  const home = makeDirectory(environment);
  const paths = resolvePaths({ ...environment, KEYWARD_HOME: home });
  copySettings(usual, paths);
  copyDefinitions(usual, paths);
  return { paths, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Memory first: the runtime directory and /dev/shm are file systems in memory. */
function makeDirectory(environment: Environment): string {
  const shared = process.platform === "linux" ? "/dev/shm" : undefined;
  const places = [readVariable("XDG_RUNTIME_DIR", environment), shared, readVariable("RUNNER_TEMP", environment), tmpdir()];
  for (const place of places) {
    if (place === undefined) continue;
    try {
      const directory = mkdtempSync(join(place, "keyward-"));
      chmodSync(directory, 0o700);
      return directory;
    } catch {
      // The next one.
    }
  }
  throw new KeywardError("HOME_UNUSABLE", "there is no directory for a temporary home", {
    hint: "set RUNNER_TEMP or TMPDIR to one that can be written",
  });
}

/** How to reach the network is no credential; which profile is active means nothing here. */
function copySettings(from: Paths, to: Paths): void {
  let text: string;
  try {
    text = readFileSync(from.config, "utf8");
  } catch {
    return;
  }
  try {
    const { profile: _, ...settings } = JSON.parse(text) as Record<string, unknown>;
    text = JSON.stringify(settings);
  } catch {
    // Taken over as it is: the command says what is wrong with it.
  }
  writeFileSync(to.config, text, { mode: 0o600 });
}

function copyDefinitions(from: Paths, to: Paths): void {
  let names: string[];
  try {
    names = readdirSync(from.providers).filter((name) => name.endsWith(".json"));
  } catch {
    return;
  }
  mkdirSync(to.providers, { mode: 0o700 });
  for (const name of names) {
    copyFileSync(join(from.providers, name), join(to.providers, name));
    chmodSync(join(to.providers, name), 0o600);
  }
}
