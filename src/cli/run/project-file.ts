// The project file keyward.json: rules and names that belong to a repository and are committed with it. It holds no secret.
// In: the directory of the command. Out: the nearest file's content, checked, or null. Found from there up to the repository's root;
// outside a repository only in the directory itself, so that a file planted in /tmp or a parent says nothing.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { hasMeddlingVariable, VARIABLES } from "../../config/environment.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { ENV_NAME_PATTERN, NAME_PATTERN, PROVIDER_ID_PATTERN } from "../../core/names.ts";
import type { RuleLayer } from "../../core/run.ts";
import { duplicateKey } from "../project/duplicate-key.ts";
import { nearest } from "../text/suggest.ts";
import { parseHostPattern, parseRule } from "./rules.ts";

export interface ProjectFile {
  readonly path: string;
  /** As it was read: what is allowed is this content. */
  readonly text: string;
  readonly layer: RuleLayer;
  /** Provider → connection name. */
  readonly connections: Readonly<Record<string, string>>;
  readonly providers: readonly string[];
  /** Further variables: name → `provider` or `provider.field` for a placeholder, or a text with `${vault:NAME}` for the value itself. */
  readonly env: Readonly<Record<string, string>>;
}

export const FILE_NAME = "keyward.json";
const MAX_BYTES = 1024 * 1024;
const RESERVED =
  /^(?:BASH_|ENV$|IFS$|SHELLOPTS$|PS[0-9]$|GIT_|PYTHON|PERL|RUBY|JAVA_|_JAVA_|JDK_|CLASSPATH$|EDITOR$|PAGER$|USER$|LOGNAME$)/;
const KEYS = ["allow", "deny", "deny_unmatched", "rules", "connections", "providers", "env", "$schema"] as const;

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
  const refuse = (why: string): never => {
    throw new KeywardError("RULE_INVALID", `cannot read ${path} (${why})`);
  };
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) refuse("EISDIR");
    // A pipe would be waited for without end.
    if (!stat.isFile()) refuse("it is not a plain file");
    if (stat.size > MAX_BYTES) refuse("it is larger than 1 MiB");
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return null;
    throw new KeywardError("RULE_INVALID", `cannot read ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}

export function parseProjectFile(path: string, text: string): ProjectFile {
  const refuse = (what: string): KeywardError =>
    new KeywardError("RULE_INVALID", `${path}: ${what}`, { hint: "see docs/cli.md, keyward.json" });
  const content = parseObject(text);
  if (content === null) throw refuse("is not a JSON object");
  const twice = duplicateKey(text);
  if (twice !== null) throw refuse(`has '${twice.slice(0, 40)}' twice`);
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
    text,
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
    env: readVariables(content["env"] ?? {}, refuse),
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

/** A text whose references the vault fills in; any other text would be a setting of the program, which is not keyward's to make. */
export function isVaultText(target: string): boolean {
  return /\$\{vault:[A-Za-z_][A-Za-z0-9_.-]{0,127}\}/.test(target) && target.length <= 4_096;
}

/** Not one that a shell, a loader or keyward itself reads: a placeholder there would be a switch. */
function readVariables(value: unknown, refuse: (what: string) => KeywardError): Readonly<Record<string, string>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [];
  const fits = entries.every(
    ([name, target]) =>
      ENV_NAME_PATTERN.test(name) &&
      typeof target === "string" &&
      (/^[a-z0-9][a-z0-9-]{0,63}(?:\.[a-z][a-z0-9_]*)?$/.test(target) || isVaultText(target)),
  );
  if (!isObject || !fits) throw refuse("'env' maps names of variables to 'provider', 'provider.field' or a text with ${vault:NAME}");
  const meddling = entries.find(([name]) => Object.hasOwn(VARIABLES, name) || hasMeddlingVariable({ [name]: "" }) || RESERVED.test(name));
  if (meddling !== undefined) throw refuse(`'env' must not set ${meddling[0].slice(0, 40)}, which means something else to programs`);
  return Object.fromEntries(entries) as Record<string, string>;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
