// Makes and checks the home directory: 0700 directories, ours, no links, whatever the umask.
// In: Paths. Out: nothing, or an error that names the directory and what to do. Never loosens or takes over anything.
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { KeywardError, systemCode } from "../core/errors.ts";
import type { Paths } from "./paths.ts";

/** Creates what is missing and verifies what is there. @throws HOME_UNUSABLE, HOME_UNSAFE */
export function ensureHome(paths: Paths): void {
  try {
    mkdirSync(dirname(paths.home), { recursive: true });
  } catch (error) {
    throw unusable(dirname(paths.home), error);
  }
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
    hint: "point KEYWARD_HOME at a directory you can write",
    cause: error,
  });
}
