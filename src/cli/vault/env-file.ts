// Reads an env file to the letter, for `vault push --from-file`: what stands behind the first `=` is the value, quotes and spaces too.
// In: text. Out: pairs in order, or an error that names the line and nothing of it. `#` begins a comment only at the start of a line.
import { KeywardError } from "../../core/errors.ts";
import { SECRET_NAME_PATTERN } from "../../core/vault/words.ts";

export interface EnvPair {
  readonly name: string;
  readonly value: string;
}

/** @throws INPUT_UNREADABLE */
export function parseEnvFile(path: string, text: string): EnvPair[] {
  const pairs: EnvPair[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (line.startsWith("#") || line.trim() === "") continue;
    const equals = line.indexOf("=");
    if (equals < 0) throw badLine(path, at + 1, "has no '='");
    const name = line.slice(0, equals);
    if (!SECRET_NAME_PATTERN.test(name)) throw badLine(path, at + 1, "has no name of a secret before its '='");
    pairs.push({ name, value: line.slice(equals + 1) });
  }
  return pairs;
}

function badLine(path: string, line: number, why: string): KeywardError {
  return new KeywardError("INPUT_UNREADABLE", `${path}: line ${line} ${why}; nothing was pushed`, {
    hint: "a line is NAME=VALUE, a comment with '#' as its first character, or empty",
    detail: { line },
  });
}
