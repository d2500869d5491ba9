// Makes and checks the home directory: 0700 directories, ours, no links, whatever the umask.
// In: Paths. Out: nothing, or an error that names the directory and what to do. Never loosens or takes over anything.
import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { KeywardError, systemCode } from "../core/errors.ts";
import type { Paths } from "./paths.ts";

/** Creates what is missing and verifies what is there. @throws HOME_UNUSABLE, HOME_UNSAFE */
export function ensureHome(paths: Paths): void {
  try {
    mkdirSync(dirname(paths.home), { recursive: true });
  } catch (error) {
    throw unusable(dirname(paths.home), error);
  }
  refuseOpenParent(dirname(paths.home));
  for (const directory of [paths.home, paths.providers, paths.profiles, paths.state]) ensurePrivateDirectory(directory);
  if (process.platform !== "win32") ensurePrivateDirectory(dirname(paths.controlSocket));
}

export function ensurePrivateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw unusable(directory, error);
  }
  verifyPrivate(directory);
}

/** Whoever may rename in the parent may put a home of theirs in our home's place. /tmp's sticky bit forbids that. */
function refuseOpenParent(parent: string): void {
  const stat = statSync(parent);
  if (process.getuid === undefined || (stat.mode & 0o1002) !== 0o0002) return;
  throw new KeywardError("HOME_UNSAFE", `${parent}, where keyward's home lies, can be changed by everybody`, {
    hint: `chmod o-w '${parent}'`,
  });
}

/**
 * Takes from others what they may read or write of the settings and definitions; their directories are private, but a copy or an
 * unpacked backup may have brought such modes. Store and key are refused instead when they are opened. Returns what was mended.
 * @throws HOME_UNSAFE for a file of somebody else
 */
export function mendFiles(paths: Paths): string[] {
  if (process.getuid === undefined) return [];
  const own = process.getuid();
  const files = [paths.config, ...filesIn(paths.providers), ...filesIn(paths.state)];
  return files.filter((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) return false;
    if (stat.uid !== own) {
      throw new KeywardError("HOME_UNSAFE", `${path} belongs to another user (uid ${stat.uid})`, { hint: "chown it, or move it away" });
    }
    if ((stat.mode & 0o077) === 0) return false;
    chmodSync(path, stat.mode & 0o700);
    return true;
  });
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function verifyPrivate(directory: string): void {
  const stat = lstatSync(directory);
  if (!stat.isDirectory()) {
    throw new KeywardError("HOME_UNSAFE", `${directory} is not a plain directory`, {
      hint: "move it away, or point KEYWARD_HOME at another directory",
    });
  }
  if (process.getuid === undefined) return;
  if (stat.uid !== process.getuid()) {
    throw new KeywardError("HOME_UNSAFE", `${directory} belongs to another user (uid ${stat.uid})`, {
      hint: "point KEYWARD_HOME at a directory of your own",
    });
  }
  if ((stat.mode & 0o077) !== 0) {
    throw new KeywardError("HOME_UNSAFE", `${directory} can be read or entered by other users`, { hint: `chmod 700 '${directory}'` });
  }
}

function unusable(directory: string, error: unknown): KeywardError {
  return new KeywardError("HOME_UNUSABLE", `cannot create ${directory} (${systemCode(error) ?? "unknown reason"})`, {
    hint: "point KEYWARD_HOME at a directory you can write; creds check and run --from-env need none with KEYWARD_EPHEMERAL=1",
    cause: error,
  });
}
