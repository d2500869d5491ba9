// Finds definition files and reads the text of one, whatever stands under its name: a pipe, a directory, something huge, another encoding.
// In: a path. Out: the text, or what is wrong with the file. It parses nothing.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { systemCode } from "../core/errors.ts";

/** Beside the definitions, for editors. */
const SCHEMA_FILE = "schema.json";

/** The names of a directory's definition files, in order. @throws what readdir throws */
export function definitionNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json") && !name.startsWith(".") && name !== SCHEMA_FILE)
    .sort();
}

/** More than ten times the largest bundled one. */
const MAX_BYTES = 256 * 1024;

export function readDefinitionFile(path: string): string | { readonly fault: string } {
  try {
    // Checked before opening: a pipe would never end, a device might.
    const stat = statSync(path);
    if (!stat.isFile()) return { fault: "is not a file" };
    if (stat.size > MAX_BYTES) return { fault: `is larger than ${MAX_BYTES / 1024} KiB` };
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return { fault: "is not UTF-8 text" };
    return { fault: `cannot be read (${systemCode(error) ?? "unknown reason"})` };
  }
}
