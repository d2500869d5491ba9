// Writes a file that a command was told to write: whole or not at all, for its owner alone, and never over another file unless told.
// In: a path and bytes. Out: nothing, or an error that names the path and the system's reason.
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import { identifyProcess } from "../../core/process-identity.ts";

/** File systems without hard links answer one of these. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** @throws FILE_EXISTS, FILE_UNWRITABLE */
export function writeNewFile(path: string, bytes: Buffer, isForced: boolean): void {
  refuseTaken(path, isForced);
  sweepLeftovers(path);
  const temporary = join(dirname(path), `.${basename(path).slice(0, 128)}.new-${process.pid}-${randomText(6)}`);
  try {
    writeAndSync(temporary, bytes);
    if (isForced) renameSync(temporary, path);
    else placeBeside(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    if (systemCode(error) === "EEXIST") throw taken(path);
    throw unwritable(path, systemCode(error) ?? "unknown reason", error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What a killed command left of an earlier try at the same name. */
function sweepLeftovers(path: string): void {
  const prefix = `.${basename(path).slice(0, 128)}.new-`;
  try {
    for (const entry of readdirSync(dirname(path))) {
      const pid = entry.startsWith(prefix) ? Number.parseInt(entry.slice(prefix.length), 10) : Number.NaN;
      if (pid > 0 && pid !== process.pid && identifyProcess(pid) === null) rmSync(join(dirname(path), entry), { force: true });
    }
  } catch {
    // Writing tells what is wrong with the directory.
  }
}

/** Asked for before a passphrase is, so that nobody types one for nothing. @throws FILE_EXISTS, FILE_UNWRITABLE */
export function refuseTaken(path: string, isForced: boolean): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw unwritable(path, "it is a directory");
  if (there !== undefined && !isForced) throw taken(path);
  // A device or a pipe would be replaced by a file.
  if (there !== undefined && !there.isFile() && !there.isSymbolicLink()) throw unwritable(path, "it is not a plain file");
  if (!existsSync(dirname(path))) throw unwritable(path, "its directory is not there");
}

function writeAndSync(path: string, bytes: Buffer): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    if (process.platform !== "win32") fchmodSync(file, 0o600);
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(writeSync(file, rest));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Fails when something took the name meanwhile. */
function placeBeside(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!NO_LINKS.has(systemCode(error) ?? "")) throw error;
    refuseTaken(path, false);
    renameSync(temporary, path);
  }
}

function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const file = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function taken(path: string): KeywardError {
  return new KeywardError("FILE_EXISTS", `${path} is already there`, { hint: "choose another name, or add --force to replace it" });
}

function unwritable(path: string, reason: string, cause?: unknown): KeywardError {
  return new KeywardError("FILE_UNWRITABLE", `cannot write ${path} (${reason})`, { cause });
}
