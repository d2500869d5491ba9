// `file:/path`: the value is the content of a file, without its last line end. Links are followed, as mounted secrets are links.
// `file:/path#/pointer`: the text at a JSON pointer of it, read anew each time, for what another tool keeps and renews.
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { systemCode } from "../core/errors.ts";
import { type Backend, invalid, MAX_VALUE_BYTES, unavailable } from "./backend.ts";
import { toValue } from "./value-text.ts";

/** Tools keep much else beside a token in one file. */
const MAX_JSON_BYTES = 10 * 1024 * 1024;

export const file: Backend = {
  source: "file",
  example: "file:/run/secrets/openai",
  check: (rest) => {
    if (!/^(?:\/|[A-Za-z]:[\\/])./.test(pathOf(rest)) || rest.includes("\0")) throw invalid(file, "behind 'file:' stands an absolute path");
  },
  variables: () => [],
  read: async (rest) => {
    const { path, pointer } = splitPointer(pathOf(rest));
    let descriptor: number | null = null;
    try {
      // Without O_NONBLOCK a pipe nobody writes to would keep the daemon waiting for ever.
      descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) throw unavailable(`${path} is not a file`);
      if (pointer !== null && stat.size > MAX_JSON_BYTES) throw unavailable(`${path} is larger than ${MAX_JSON_BYTES / 1024 / 1024} MiB`);
      if (pointer !== null) return toValue(Buffer.from(textAt(readFileSync(descriptor, "utf8"), pointer, path)), path);
      const buffer = Buffer.alloc(MAX_VALUE_BYTES + 1);
      const bytes = readSync(descriptor, buffer, 0, buffer.length, 0);
      return toValue(buffer.subarray(0, bytes), path);
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined || code === "SECRET_UNAVAILABLE") throw error;
      throw unavailable(code === "ENOENT" ? `${path} does not exist` : `${path} cannot be read (${code})`);
    } finally {
      if (descriptor !== null) closeSync(descriptor);
    }
  },
};

/** `file:///path` is understood as well. */
function pathOf(rest: string): string {
  return rest.startsWith("///") ? rest.slice(2) : rest;
}

/** A file of that very name goes before a pointer. */
function splitPointer(path: string): { readonly path: string; readonly pointer: string | null } {
  const at = path.lastIndexOf("#/");
  return at <= 0 || existsSync(path) ? { path, pointer: null } : { path: path.slice(0, at), pointer: path.slice(at + 1) };
}

/** The text at a JSON pointer (RFC 6901). @throws SECRET_UNAVAILABLE, which quotes nothing of the file */
function textAt(json: string, pointer: string, path: string): string {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\ufeff/, ""));
  } catch {
    throw unavailable(`${path} is not valid JSON`);
  }
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const there = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    value = there ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  if (typeof value !== "string") throw unavailable(`${path} has no text at ${pointer}`);
  return value.trim();
}
