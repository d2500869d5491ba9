// The files of one audit: the one that is written, and before it those that grew too big or too old, numbered from 1.
// In: the path of the one that is written. Out: paths, the oldest first. Opens and changes nothing.
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { systemCode } from "../../core/errors.ts";

const NUMBER_DIGITS = 6;

/** Throws node's own error when the directory cannot be read; without one there are no files. */
export function rotatedFiles(path: string): string[] {
  const prefix = `${basename(path)}.`;
  let entries: string[];
  try {
    entries = readdirSync(dirname(path));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.startsWith(prefix) && /^\d{6,}$/.test(entry.slice(prefix.length)))
    .sort((one, other) => Number(one.slice(prefix.length)) - Number(other.slice(prefix.length)))
    .map((entry) => join(dirname(path), entry));
}

/** All of them, also where the last is not there. */
export function auditFiles(path: string): string[] {
  return [...rotatedFiles(path), path];
}

/** The name that the file being written gets when the next one begins. */
export function nextRotatedFile(path: string): string {
  const last = rotatedFiles(path).at(-1);
  const number = last === undefined ? 0 : Number(last.slice(path.length + 1));
  return `${path}.${String(number + 1).padStart(NUMBER_DIGITS, "0")}`;
}
