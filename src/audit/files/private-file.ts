// Opens an audit file for appending so that only its owner can read it, and writes to it whole lines or nothing.
// In: a path, text. Out: a descriptor. Never follows a link and never changes what is in the file.
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { KeywardError, systemCode } from "../../core/errors.ts";

/** @throws AUDIT_FAILED, HOME_UNSAFE */
export function openPrivately(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
  } catch (error) {
    if (systemCode(error) === "ELOOP") throw unsafe(`${path} is a link`, `move ${path} away`);
    throw auditFailed(path, error);
  }
  try {
    verifyPrivate(fd, path);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function verifyPrivate(fd: number, path: string): void {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw unsafe(`${path} is not a plain file`, `move ${path} away`);
  if (process.getuid === undefined) return;
  if (stat.uid !== process.getuid()) throw unsafe(`${path} belongs to another user (uid ${stat.uid})`, `move ${path} away`);
  if ((stat.mode & 0o077) !== 0) throw unsafe(`${path} can be read or written by other users`, `chmod 600 '${path}'`);
  // A umask that takes the owner's bits away would lock us out at the next start.
  if ((stat.mode & 0o600) !== 0o600) fchmodSync(fd, 0o600);
}

/** One write almost always. A part that fits before the disk is full is taken back, so that no half record stays. */
export function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    if (written > 0) ftruncateSync(fd, fstatSync(fd).size - written);
    throw error;
  }
}

/** Errors of the system become AUDIT_FAILED; others stay as they are. */
export function auditFailed(path: string, error: unknown): Error {
  const code = systemCode(error);
  if (error instanceof KeywardError || code === undefined) return error as Error;
  return new KeywardError("AUDIT_FAILED", `the audit file ${path} cannot be written (${code})`, {
    hint: "free some space or fix the permissions of the directory, then try again",
    cause: error,
  });
}

function unsafe(message: string, hint: string): KeywardError {
  return new KeywardError("HOME_UNSAFE", message, { hint });
}
