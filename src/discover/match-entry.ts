// One entry of a source, looked up in one file → findings. In: the entry, the tree, where and when. Out: what was found and what is
// not of the kind it must be. Values become Secrets here and stay so.
import { isAbsolute } from "node:path";
import { ENV_NAME_PATTERN } from "../core/names.ts";
import { Secret } from "../core/secret.ts";
import { jwtExpiry, parseExpiry } from "./expiry.ts";
import { findAll, formatPointer, lookUp, type Place, textOf } from "./pointer.ts";
import { canonicalName, definitionOf, variablesOf } from "./naming/provider-name.ts";
import { isReference, isUnfilled } from "./reference.ts";
import type { Entry, Finding, Format, FoundValue, Kind, Match, Source, Tree } from "./source.ts";

export interface Within {
  readonly source: Source;
  readonly path: string;
  readonly format: Format;
  readonly tree: Tree;
  readonly nowMs: number;
}

export interface EntryResult {
  readonly findings: readonly Finding[];
  /** Pointers at which a strict source has something else than text. */
  readonly wrong: readonly string[];
}

/** Header lines are shorter, private keys too. */
const MAX_VALUE_LENGTH = 64 * 1024;

export function matchEntry(entry: Entry, within: Within): EntryResult {
  const { source, tree } = within;
  const findings: Finding[] = [];
  const wrong: string[] = source.strict === true ? obstaclesOf(entry.at, tree) : [];
  for (const place of findAll(tree, entry.at)) {
    const pointer = formatPointer(place.path);
    const match = matchOf(place, textOf(place.value) ?? "", tree);
    if (entry.when?.(match) === false || place.value === null) continue;
    const isText = typeof place.value === "string" || (typeof place.value === "number" && source.verbatim !== true);
    const finding = isText ? readFinding(entry, match, { ...within, pointer }) : "wrong";
    if (finding !== "wrong") findings.push(...(finding === null ? [] : [finding]));
    else if (source.strict === true) wrong.push(pointer);
  }
  return { findings, wrong };
}

/** Where a strict source has something else than an object on the way to a pointer. */
function obstaclesOf(pointer: string, tree: Tree): string[] {
  const parts = pointer.split("/").slice(1, -1);
  return parts.flatMap((_part, at) =>
    findAll(tree, `/${parts.slice(0, at + 1).join("/")}`).flatMap(({ value, path }) =>
      value === null || (typeof value === "object" && !Array.isArray(value)) ? [] : [formatPointer(path)],
    ),
  );
}

function matchOf({ keys }: Place, value: string, tree: Tree): Match {
  return {
    value,
    keys,
    at: (pointer) => textOf(lookUp(tree, pointer, keys)),
    has: (pointer) => (lookUp(tree, pointer, keys) ?? null) !== null && lookUp(tree, pointer, keys) !== "",
  };
}

function readFinding(entry: Entry, match: Match, where: Within & { readonly pointer: string }): Finding | null | "wrong" {
  const { source, nowMs } = where;
  const kind = typeof entry.kind === "function" ? entry.kind(match) : entry.kind;
  const value = usable(match.value, { clean: entry.clean, asItStands: source.verbatim === true || kind === "reference" });
  const name = typeof entry.provider === "function" ? entry.provider(match) : entry.provider;
  const provider = name === null ? "" : canonicalName(name);
  if (value === null || provider === "") return null;
  const values = readValues(entry, { match, value, provider, kind });
  if (values === null) return null;
  const expiresAtMs = readExpiry(entry, match, value);
  if (expiresAtMs === undefined && source.strict === true) return "wrong";
  const endsAtMs = expiresAtMs ?? null;
  return {
    source: source.id,
    tool: source.tool,
    priority: source.priority,
    path: where.path,
    pointer: where.pointer,
    provider,
    definition: entry.noDefinition === true ? null : definitionOf(provider, source.speaksOfModels === true),
    kind,
    account: entry.account?.(match) ?? null,
    host: entry.host?.(match) ?? null,
    expiresAtMs: endsAtMs,
    expired: endsAtMs !== null && endsAtMs <= nowMs,
    rotates: entry.refresh !== undefined && match.has(entry.refresh),
    reference: values.length === 1 && value === match.value ? referenceTo(where) : null,
    values,
  };
}

/** The vault reads JSON by itself; a path that begins with no root is no file. */
function referenceTo({ format, path, pointer }: Within & { readonly pointer: string }): string | null {
  return format === "json" && isAbsolute(path) && pointer !== "" ? `file:${path}#${pointer}` : null;
}

interface Reading {
  readonly clean: ((text: string) => string | null) | undefined;
  /** Text that looks like a reference or an example counts. */
  readonly asItStands: boolean;
}

function usable(text: string, { clean, asItStands }: Reading): string | null {
  const value = (clean === undefined ? text : clean(text))?.trim() ?? "";
  if (value === "" || value.length > MAX_VALUE_LENGTH || value.includes("\0")) return null;
  return asItStands || !(isReference(value) || isUnfilled(value)) ? value : null;
}

interface Read {
  readonly match: Match;
  readonly value: string;
  readonly provider: string;
  readonly kind: Kind;
}

/** The value and what belongs to it; null when a field that must be there is not. */
function readValues(entry: Entry, { match, value, provider, kind }: Read): FoundValue[] | null {
  if (kind === "reference" || kind === "mtls") return [];
  const names = (env: readonly string[]): string[] => env.filter((name) => ENV_NAME_PATTERN.test(name));
  const own = typeof entry.env === "function" ? entry.env(match) : entry.env;
  const values: FoundValue[] = [{ field: entry.field ?? "key", env: names(own ?? variablesOf(provider)), secret: new Secret(value) }];
  for (const [field, { at, env = [], optional, clean }] of Object.entries(entry.beside ?? {})) {
    const text = usable(match.at(at) ?? "", { clean, asItStands: false });
    if (text !== null) values.push({ field, env: names(env), secret: new Secret(text) });
    else if (optional !== true) return null;
  }
  return values;
}

function readExpiry({ expires }: Entry, match: Match, value: string): number | null | undefined {
  if (expires === undefined) return null;
  if (expires === "jwt") return jwtExpiry(value);
  if (!match.has(expires.at) && match.at(expires.at) !== "") return null;
  const text = match.at(expires.at);
  return text === null ? undefined : parseExpiry(text, expires.unit ?? null);
}
