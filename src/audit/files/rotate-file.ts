// Puts the audit file that is being written aside under its number and begins an empty one in its place. The chain goes on in it.
// In: the path. Out: the descriptor of the new file. A crash in between leaves no file at the path, or an empty one; no record is ever lost.
// Must only be called when everything in the file is on the disk.
import { closeSync, fsyncSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { nextRotatedFile } from "./audit-files.ts";
import { openPrivately } from "./private-file.ts";

/** Throws and leaves everything as it was when it cannot be done. */
export function rotateFile(path: string): number {
  const fresh = `${path}.new`;
  // What can run out (descriptors, space) runs out here, before anything has moved.
  const fd = openPrivately(fresh);
  const aside = nextRotatedFile(path);
  let isAside = false;
  try {
    renameSync(path, aside);
    isAside = true;
    renameSync(fresh, path);
  } catch (error) {
    closeSync(fd);
    if (isAside) renameSync(aside, path);
    throw error;
  }
  syncDirectory(dirname(path));
  return fd;
}

function syncDirectory(directory: string): void {
  try {
    const fd = openSync(directory, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Some file systems cannot; the names are then as safe as they make them.
  }
}
