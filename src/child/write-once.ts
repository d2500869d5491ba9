// Puts a file into the state directory that children refer to by path: complete or absent, private, never changed in place.
// In: path and content. Out: the file. Children that still live keep what they opened, because a new content gets a new inode.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { KeywardError, systemCode } from "../core/errors.ts";

/** For a path that names its content by hash: an existing file of the right size is that content. @throws HOME_UNUSABLE */
export function writeOnce(path: string, content: string | Buffer): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size !== Buffer.byteLength(content)) replaceFile(path, content);
}

/** For a path that stays while its content may change. @throws HOME_UNUSABLE */
export function writeIfChanged(path: string, content: string): void {
  if (readIfThere(path) !== content) replaceFile(path, content);
}

/** Writes beside the target and renames, so that nobody ever reads half a file. @throws HOME_UNUSABLE */
export function replaceFile(
  path: string,
  content: string | Buffer,
  { waitsForDisk = true }: { readonly waitsForDisk?: boolean } = {},
): void {
  const temporary = `${path}.${process.pid}.${process.hrtime.bigint().toString(36)}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeNew(temporary, content, waitsForDisk);
    renameSync(temporary, path);
  } catch (error) {
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${path} (${systemCode(error) ?? "unknown reason"})`, {
      hint: "free some disk space, or point KEYWARD_HOME at a directory you can write",
      cause: error,
    });
  }
}

function writeNew(path: string, content: string | Buffer, waitsForDisk: boolean): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    if (waitsForDisk) fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The text of a file, or null when it cannot be read. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
