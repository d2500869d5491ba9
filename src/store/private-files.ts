// Files only their owner may read, written whole or not at all, under any umask.
// In: paths and bytes. Out: the bytes, or an error naming the path. Never follows a link at the last step of a path.
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { KeywardError, systemCode } from "../core/errors.ts";
import { randomText } from "../core/ids.ts";
import { identifyProcess } from "../core/process-identity.ts";
import { guarded } from "./store-errors.ts";

/** 0 where the platform has no such flag (Windows). */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** Stats of a plain file of ours that nobody else can read; null when there is none. @throws HOME_UNSAFE */
export function verifyPrivateFile(path: string): Stats | null {
  const stat = guarded(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return null;
  if (!stat.isFile()) throw unsafe(`${path} is not a plain file`, `move ${path} away`);
  if (process.getuid === undefined) return stat;
  if (stat.uid !== process.getuid()) throw unsafe(`${path} belongs to another user (uid ${stat.uid})`, `chown it, or move it away`);
  if ((stat.mode & 0o077) !== 0) throw unsafe(`${path} can be read or written by other users`, `chmod 600 '${path}'`);
  return stat;
}

/** The content, or null when there is no such file. @throws HOME_UNSAFE, STORE_UNUSABLE */
export function readPrivateFile(path: string): Buffer | null {
  if (verifyPrivateFile(path) === null) return null;
  return guarded(path, () => {
    const fd = openSync(path, constants.O_RDONLY | NO_FOLLOW);
    try {
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/** Replaces `path` at one instant: before it the old content is there, after it the new one, also after a power cut. */
export function writePrivateFile(path: string, content: string | Buffer): void {
  const temporary = temporaryName(path);
  guarded(path, () => {
    try {
      const fd = createPrivateFile(temporary);
      try {
        for (let rest = Buffer.from(content); rest.length > 0;) rest = rest.subarray(writeSync(fd, rest));
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
    } catch (error) {
      removeFile(temporary);
      throw error;
    }
    syncDirectory(dirname(path));
  });
}

/** A new, empty 0600 file; the caller closes the descriptor. Throws node's own error. */
export function createPrivateFile(path: string): number {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o600);
  // The umask can only have taken bits away, which a later open by us would then miss.
  fchmodSync(fd, 0o600);
  return fd;
}

/** Brings what was written to a file by other means to the disk. */
export function syncFile(path: string): void {
  const fd = openSync(path, constants.O_RDWR | NO_FOLLOW);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes names that were linked, renamed or removed in `directory` survive a power cut. */
export function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Whether there was one. Throws node's own error. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** `/dir/.work.db.new-4711-x7Qp`: beside its target, hidden, and names the process that may still be writing it. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.new-${process.pid}-${randomText(6)}`);
}

const TEMPORARY = /^\.(.+)\.new-(\d+)-[0-9A-Za-z]+(?:-wal|-shm|-journal)?$/;

/** Removes what a killed process left half-written of the profile `name`. A key can be among it. */
export function sweepTemporaries(directory: string, name: string): void {
  guarded(directory, () => {
    for (const entry of readdirSync(directory)) {
      const [, base, pid] = TEMPORARY.exec(entry) ?? [];
      if (base === undefined || !isOf(name, base) || isBeingWritten(Number(pid))) continue;
      removeFile(join(directory, entry));
    }
  });
}

/** Profile names may hold dots, so `a.b.db` must not count as a file of profile `a`. */
function isOf(name: string, file: string): boolean {
  return [".db", ".key", ".key.json"].some((suffix) => file === name + suffix);
}

/** Our own pid on a leftover means an earlier process had it: everything that writes here is synchronous. */
function isBeingWritten(pid: number): boolean {
  return pid !== process.pid && identifyProcess(pid) !== null;
}

function unsafe(message: string, hint: string): KeywardError {
  return new KeywardError("HOME_UNSAFE", message, { hint });
}
