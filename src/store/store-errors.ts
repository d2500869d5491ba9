// Turns what SQLite and the file system say into the store's own codes.
// In: the path concerned and whatever was thrown. Out: a KeywardError; its message names the file, never SQL, values or keys.
import { dirname } from "node:path";
import { KeywardError, systemCode, toKeywardError } from "../core/errors.ts";

const FULL = new Set(["SQLITE_FULL", "ENOSPC", "EDQUOT"]);
/** Codes after which the same call may succeed once the cause is gone. Extended codes (SQLITE_IOERR_FSYNC) count by prefix. */
const UNUSABLE = [
  "SQLITE_IOERR",
  "SQLITE_READONLY",
  "SQLITE_CANTOPEN",
  "SQLITE_PERM",
  "SQLITE_AUTH",
  "SQLITE_PROTOCOL",
  "SQLITE_NOLFS",
  "SQLITE_NOMEM",
] as const;
const BUSY = ["SQLITE_BUSY", "SQLITE_LOCKED"] as const;
const CORRUPT = ["SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"] as const;

const hasPrefix = (code: string, prefixes: readonly string[]): boolean => prefixes.some((prefix) => code.startsWith(prefix));

export function storeError(path: string, error: unknown): KeywardError {
  if (error instanceof KeywardError) return error;
  const code = systemCode(error);
  if (code === undefined) return toKeywardError(error);
  if (FULL.has(code)) {
    return new KeywardError("STORE_FULL", `the disk is full, nothing was changed in ${path}`, {
      hint: `free some space for ${dirname(path)} and try again`,
      cause: error,
    });
  }
  if (hasPrefix(code, CORRUPT)) return corruptStore(path, error);
  if (hasPrefix(code, BUSY)) return unusable(path, `${path} is in use by another process`, error);
  if (hasPrefix(code, UNUSABLE)) return unusable(path, `${path} cannot be read or written (${code})`, error);
  if (code.startsWith("SQLITE_") || code.startsWith("ERR_")) return toKeywardError(error);
  return unusable(path, `${path} cannot be read or written (${code})`, error);
}

const GET_IT_BACK =
  "put back a copy of the file, `keyward profile restore` a backup with --force, or `keyward profile delete` it and log in again";

export function corruptStore(path: string, cause?: unknown): KeywardError {
  return new KeywardError("STORE_CORRUPT", `the profile store ${path} is damaged`, {
    hint: GET_IT_BACK,
    cause,
  });
}

/** Shorter than its own beginning says. */
export function truncatedStore(path: string): KeywardError {
  return new KeywardError("STORE_TRUNCATED", `the profile store ${path} is cut off: its end is missing`, {
    hint: GET_IT_BACK,
  });
}

export function emptyStore(path: string): KeywardError {
  return new KeywardError("STORE_EMPTY", `the profile store ${path} is an empty file`, {
    hint: GET_IT_BACK,
  });
}

export function foreignStore(path: string): KeywardError {
  return new KeywardError("STORE_FOREIGN", `${path} is not a keyward profile store`, { hint: `move ${path} out of the way` });
}

export function newerStore(path: string): KeywardError {
  return new KeywardError("STORE_NEWER", `${path} was written by a newer keyward`, { hint: "upgrade keyward, then try again" });
}

export function wrongKey(path: string): KeywardError {
  return new KeywardError("STORE_KEY_WRONG", `the key does not open ${path}`, {
    hint: "check the passphrase, or the key that KEYWARD_KEY_FILE or KEYWARD_KEY_COMMAND gives",
  });
}

/** Runs one use of the store and translates its failure. Bugs (a TypeError) pass through as they are. */
export function guarded<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw storeError(path, error);
  }
}

function unusable(path: string, message: string, cause: unknown): KeywardError {
  return new KeywardError("STORE_UNUSABLE", message, { hint: `check the owner, mode and file system of ${dirname(path)}`, cause });
}
