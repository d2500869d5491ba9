// Reads what a command was told to read: standard input or a file. In: a source. Out: its text, at most 1 MiB.
// Errors name the file and the system's reason, never the content.
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { KeywardError, systemCode } from "../../core/errors.ts";
import type { World } from "../context.ts";
import type { Source } from "../prompt.ts";

const MAX_BYTES = 1024 * 1024;

/** `-` or a path. */
export async function readTextArgument(path: string, world: World): Promise<string> {
  return path === "-" ? readStdin(world.stdin) : readTextFile(path, world.cwd).text;
}

export async function readStdin(stdin: Source): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += buffer.length;
    if (bytes > MAX_BYTES) throw new KeywardError("INPUT_UNREADABLE", "standard input is larger than 1 MiB");
    chunks.push(buffer);
  }
  return decode(Buffer.concat(chunks), "standard input");
}

export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** Others on this machine may read it. */
  readonly exposed: boolean;
}

export function readTextFile(path: string, cwd: string): TextFile {
  const full = resolve(cwd, path);
  let file: number | null = null;
  try {
    file = openSync(full, "r");
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new KeywardError("INPUT_UNREADABLE", `${path} is a directory`);
    if (stat.size > MAX_BYTES) throw new KeywardError("INPUT_UNREADABLE", `${path} is larger than 1 MiB`);
    const exposed = process.platform !== "win32" && stat.isFile() && (stat.mode & 0o077) !== 0;
    return { path, text: decode(readFileSync(file), path), exposed };
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    throw new KeywardError("INPUT_UNREADABLE", `cannot read ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  } finally {
    if (file !== null) closeSync(file);
  }
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new KeywardError("INPUT_UNREADABLE", `${name} is not UTF-8 text`);
  }
}
