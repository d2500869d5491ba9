// The project file keyward.json: rules and names that belong to a repository and are committed with it. It holds no secret.
// In: the directory of the command. Out: the nearest file's content, checked, or null. Found from there up to the repository's root;
// outside a repository only in the directory itself, so that a file planted in /tmp or a parent says nothing.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { NAME_PATTERN, PROVIDER_ID_PATTERN } from "../../core/names.ts";
import type { RuleLayer } from "../../core/run.ts";
import { nearest } from "../text/suggest.ts";
import { parseHostPattern, parseRule } from "./rules.ts";

export interface ProjectFile {
  readonly path: string;
  readonly layer: RuleLayer;
  /** Provider → connection name. */
  readonly connections: Readonly<Record<string, string>>;
  readonly providers: readonly string[];
}

const FILE_NAME = "keyward.json";
const KEYS = ["allow", "deny", "deny_unmatched", "rules", "connections", "providers", "$schema"] as const;

/** @throws RULE_INVALID naming the file and the place in it */
export function readProjectFile(directory: string): ProjectFile | null {
  for (const candidate of candidates(directory)) {
    const path = join(candidate, FILE_NAME);
    const text = readIfThere(path);
    if (text !== null) return parseProjectFile(path, text);
  }
  return null;
}

/** The directory and those above it up to the one that holds `.git`; only itself when there is none. */
function candidates(directory: string): string[] {
  const found: string[] = [];
  for (let current = directory; ; current = dirname(current)) {
    found.push(current);
    if (existsSync(join(current, ".git"))) return found;
    if (dirname(current) === current) return [directory];
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return null;
    throw new KeywardError("RULE_INVALID", `cannot read ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}

export function parseProjectFile(path: string, text: string): ProjectFile {
  const refuse = (what: string): KeywardError =>
    new KeywardError("RULE_INVALID", `${path}: ${what}`, { hint: "see docs/cli.md, keyward.json" });
  const content = parseObject(text);
  if (content === null) throw refuse("is not a JSON object");
  for (const key of Object.keys(content)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    const near = nearest(key, KEYS);
    throw refuse(`'${key.slice(0, 40)}' is not a key of this file${near === null ? "" : `; did you mean '${near}'?`}`);
  }
  const list = (key: string): string[] => {
    const value = content[key] ?? [];
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) throw refuse(`'${key}' is a list of texts`);
    return value;
  };
  const parseEach = <T>(key: string, parse: (entry: string) => T): T[] =>
    list(key).map((entry, at) => {
      try {
        return parse(entry);
      } catch (error) {
        throw error instanceof KeywardError ? refuse(`${key}[${at}]: ${error.message}`) : error;
      }
    });
  const denyUnmatched = content["deny_unmatched"] ?? false;
  if (typeof denyUnmatched !== "boolean") throw refuse("'deny_unmatched' is true or false");
  return {
    path,
    layer: {
      allow: parseEach("allow", parseHostPattern),
      deny: parseEach("deny", parseHostPattern),
      denyUnmatched,
      rules: parseEach("rules", parseRule),
    },
    connections: readConnections(content["connections"] ?? {}, refuse),
    providers: list("providers").map((id) => {
      if (PROVIDER_ID_PATTERN.test(id)) return id;
      throw refuse("'providers' holds ids of providers");
    }),
  };
}

function readConnections(value: unknown, refuse: (what: string) => KeywardError): Readonly<Record<string, string>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [];
  const fits = entries.every(
    ([provider, name]) => PROVIDER_ID_PATTERN.test(provider) && typeof name === "string" && NAME_PATTERN.test(name),
  );
  if (isObject && fits) return Object.fromEntries(entries) as Record<string, string>;
  throw refuse("'connections' maps ids of providers to names of connections");
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
