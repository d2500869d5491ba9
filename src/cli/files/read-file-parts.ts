// Reads a file that a command was told to read, a part at a time. In: a path. Out: its bytes in parts, at least one.
// Errors name the file and the system's reason.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { KeywardError, systemCode } from "../../core/errors.ts";

export interface FileLimits {
  readonly partBytes: number;
  readonly maxBytes: number;
}

/** @throws INPUT_UNREADABLE */
export function readFileParts(path: string, { partBytes, maxBytes }: FileLimits): Buffer[] {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    if (fstatSync(file).isDirectory()) throw new KeywardError("INPUT_UNREADABLE", `${path} is a directory`);
    const parts: Buffer[] = [];
    for (let total = 0; ;) {
      const part = Buffer.alloc(partBytes);
      const bytes = readSync(file, part);
      total += bytes;
      if (total > maxBytes) throw new KeywardError("INPUT_UNREADABLE", `${path} is larger than ${maxBytes / 1024 / 1024} MiB`);
      if (bytes === 0) return parts.length > 0 ? parts : [Buffer.alloc(0)];
      parts.push(part.subarray(0, bytes));
    }
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    throw new KeywardError("INPUT_UNREADABLE", `cannot read ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  } finally {
    if (file !== null) closeSync(file);
  }
}
