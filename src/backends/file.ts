// `file:/path`: the value is the content of a file, without its last line end. Links are followed, as mounted secrets are links.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { systemCode } from "../core/errors.ts";
import { type Backend, invalid, MAX_VALUE_BYTES, unavailable } from "./backend.ts";
import { toValue } from "./value-text.ts";

export const file: Backend = {
  source: "file",
  example: "file:/run/secrets/openai",
  check: (rest) => {
    if (!/^(?:\/|[A-Za-z]:[\\/])./.test(pathOf(rest)) || rest.includes("\0")) throw invalid(file, "behind 'file:' stands an absolute path");
  },
  variables: () => [],
  read: async (rest) => {
    const path = pathOf(rest);
    let descriptor: number | null = null;
    try {
      // Without O_NONBLOCK a pipe nobody writes to would keep the daemon waiting for ever.
      descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) throw unavailable(`${path} is not a file`);
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
