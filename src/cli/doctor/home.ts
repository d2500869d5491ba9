// Check: do home and keys belong to this user alone? Looks before the daemon is asked, which refuses an unsafe home; changes nothing.
import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../config/paths.ts";
import type { Check } from "../../control/findings.ts";
import { systemCode } from "../../core/errors.ts";

const NAME = "home";

interface Fault {
  readonly found: string;
  readonly fix: string | null;
}

export function checkHome(paths: Paths): Check {
  const directories = [paths.home, paths.profiles, paths.state, paths.providers];
  const files = [paths.config, paths.daemonLock, paths.daemonLog, ...filesIn(paths.profiles)];
  if (process.platform !== "win32") files.push(paths.controlSocket);
  const faults = [...directories.map((path) => directoryFault(path)), ...files.map((path) => fileFault(path))].filter(
    (fault) => fault !== null,
  );
  if (faults.length > 0) {
    const fixes = faults.map(({ fix }) => fix).filter((fix) => fix !== null);
    const fix = fixes.length === 0 ? null : fixes.join("; ");
    return { name: NAME, state: "fail", found: faults.map(({ found }) => found).join("; "), fix };
  }
  if (statOf(paths.home) === null) return { name: NAME, state: "ok", found: `${paths.home} is not there yet`, fix: null };
  return { name: NAME, state: "ok", found: `${paths.home}, for this user alone`, fix: null };
}

function directoryFault(path: string): Fault | null {
  const stat = statOf(path);
  if (stat === null) return null;
  if ("fault" in stat) return stat.fault;
  if (!stat.isDirectory()) return { found: `${path} is not a plain directory`, fix: `move ${path} away` };
  if (isForeign(stat)) return foreign(path, stat);
  if ((stat.mode & 0o077) !== 0) return { found: `${path} can be read or entered by other users`, fix: `chmod 700 '${path}'` };
  return (stat.mode & 0o700) === 0o700 ? null : { found: `${path} cannot be used by its owner`, fix: `chmod 700 '${path}'` };
}

function fileFault(path: string): Fault | null {
  const stat = statOf(path);
  if (stat === null) return null;
  if ("fault" in stat) return stat.fault;
  if (stat.isSymbolicLink() || stat.isDirectory()) return { found: `${path} is not a plain file`, fix: `move ${path} away` };
  if (isForeign(stat)) return foreign(path, stat);
  return (stat.mode & 0o077) === 0 ? null : { found: `${path} can be used by other users`, fix: `chmod 600 '${path}'` };
}

/** null: not there. */
function statOf(path: string): Stats | { readonly fault: Fault } | null {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = systemCode(error) ?? "unknown reason";
    return code === "ENOENT" ? null : { fault: { found: `${path} cannot be looked at (${code})`, fix: null } };
  }
}

/** Windows has no modes and owners of this kind; the user's profile directory keeps others out there. */
function isForeign(stat: Stats): boolean {
  return process.getuid !== undefined && stat.uid !== process.getuid();
}

function foreign(path: string, stat: Stats): Fault {
  return { found: `${path} belongs to another user (uid ${stat.uid})`, fix: "point KEYWARD_HOME at a directory of your own" };
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}
