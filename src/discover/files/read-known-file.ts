// Reads one file another tool wrote. In: a path that may not be there. Out: its text, nothing, or why it cannot be read.
// It reads regular files only, at most 10 MiB, follows no link out of a directory it is confined to, and changes nothing.
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { systemCode } from "../../core/errors.ts";
import type { Machine } from "./locate.ts";

export interface KnownFile {
  readonly kind: "text";
  readonly text: string;
  /** Others on this machine may read it. */
  readonly exposed: boolean;
  /** Where a link led outside of the home directory. */
  readonly leadsTo: string | null;
  /** The same for every path that leads to this file. */
  readonly identity: string;
}

export type ReadOutcome = KnownFile | { readonly kind: "absent" } | { readonly kind: "outside"; readonly leadsTo: string } | Unreadable;

interface Unreadable {
  readonly kind: "unreadable";
  readonly reason: string;
}

const MAX_BYTES = 10 * 1024 * 1024;
const ABSENT = new Set(["ENOENT", "ENOTDIR"]);

export function readKnownFile(path: string, machine: Pick<Machine, "home" | "confined">): ReadOutcome {
  let file: number | null = null;
  try {
    const real = realpathSync(path);
    const leadsTo = isInside(real, realpathSync(machine.home)) || real === path ? null : real;
    if (leadsTo !== null && machine.confined) return { kind: "outside", leadsTo };
    // Not waiting: opening a named pipe would last until somebody writes to it.
    file = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(file);
    if (!stat.isFile()) return unreadable("it is not a file");
    if (stat.size > MAX_BYTES) return unreadable("it is larger than 10 MiB");
    const text = decode(readFileSync(file));
    if (text === null) return unreadable("it is not text");
    const exposed = process.platform !== "win32" && (stat.mode & 0o077) !== 0;
    return { kind: "text", text, exposed, leadsTo, identity: `${stat.dev}:${stat.ino}` };
  } catch (error) {
    const code = systemCode(error) ?? "unknown reason";
    return ABSENT.has(code) ? { kind: "absent" } : unreadable(`it cannot be read (${code})`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** UTF-8, or UTF-16 with its mark as PowerShell writes it. A NUL is in no text. */
function decode(bytes: Buffer): string | null {
  try {
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

function unreadable(reason: string): Unreadable {
  return { kind: "unreadable", reason };
}
