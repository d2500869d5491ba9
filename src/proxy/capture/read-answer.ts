// Looks for tokens in a token endpoint's answer, and writes the answer that the child gets instead.
// In: the decoded body and what the definition declares. Out: nothing there, the tokens, or `unknown`: something that looks like a token
// where none is declared, or in a form nobody here can write anew. Of that the child gets nothing. Pure.
import type { CaptureTokens } from "../../providers/oauth/capture-schema.ts";

/** Of one declared set, as the server wrote it. */
export interface FoundTokens {
  readonly declared: CaptureTokens;
  readonly access: string;
  readonly refresh: string | null;
  readonly expiresInS: number | null;
  readonly scopes: readonly string[] | null;
}

export type AnswerReading =
  | { readonly kind: "none" | "unknown" }
  | {
      readonly kind: "tokens";
      readonly sets: readonly FoundTokens[];
      /** The same answer with other texts at these pointers. */
      write(texts: ReadonlyMap<string, string>): Buffer;
    };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Document {
  readonly root: Json;
  format(root: Json): string;
}

/** Longer than any token lives. */
const MAX_LIFETIME_S = 10 * 366 * 86_400;
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
const TOKEN_NAMES = new Set(["accesstoken", "refreshtoken"]);
const NONE: AnswerReading = { kind: "none" };
const UNKNOWN: AnswerReading = { kind: "unknown" };

export function readAnswer(type: string, bytes: Buffer, declared: readonly CaptureTokens[]): AnswerReading {
  if (bytes.length === 0) return NONE;
  const text = decodeText(bytes);
  if (text === null) return UNKNOWN;
  const isForm = mediaType(type) === "application/x-www-form-urlencoded";
  const document = isForm ? parseForm(text) : (parseJson(text) ?? parseForm(text));
  if (document === null) return mentionsToken(text, declared) ? UNKNOWN : NONE;
  const places = new Set(declared.flatMap(({ access, refresh }) => [access, refresh]));
  const occurrences = findOccurrences(document.root, tokenNames(declared));
  if (occurrences.some(({ pointer, value }) => !places.has(pointer) || typeof value !== "string" || !TOKEN.test(value))) return UNKNOWN;
  if (occurrences.length === 0) return NONE;
  const sets = declared.flatMap((set) => readSet(document.root, set));
  const read = sets.reduce((count, { refresh }) => count + (refresh === null ? 1 : 2), 0);
  // A refresh token without its access token is not an answer that anybody declared.
  if (read !== occurrences.length) return UNKNOWN;
  return { kind: "tokens", sets, write: (texts) => Buffer.from(document.format(replaced(document.root, texts))) };
}

/** A byte order mark is no text. null: not UTF-8, or something with other characters hidden in it. */
function decodeText(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

function mediaType(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function parseJson(text: string): Document | null {
  try {
    return { root: JSON.parse(text) as Json, format: (root) => JSON.stringify(root) };
  } catch {
    return null;
  }
}

/** null: no form, or one that names a field twice, which its readers understand differently. */
function parseForm(text: string): Document | null {
  if (!/^[^\s<>{}="]+=[^\s<>{}"]*$/.test(text.trim())) return null;
  const fields = [...new URLSearchParams(text.trim())];
  if (new Set(fields.map(([name]) => name)).size !== fields.length) return null;
  return { root: Object.fromEntries(fields), format: (root) => new URLSearchParams(root as Record<string, string>).toString() };
}

/** Keys without their spelling: `accessToken` is one too, and stands where none is declared. */
function tokenNames(declared: readonly CaptureTokens[]): ReadonlySet<string> {
  const last = declared.flatMap(({ access, refresh }) => [access, refresh]).map((pointer) => bareName(keysOf(pointer).at(-1) ?? ""));
  return new Set([...TOKEN_NAMES, ...last]);
}

function bareName(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, "");
}

interface Occurrence {
  readonly pointer: string;
  readonly value: Json;
}

function findOccurrences(root: Json, names: ReadonlySet<string>): Occurrence[] {
  const found: Occurrence[] = [];
  const rest: Occurrence[] = [{ pointer: "", value: root }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { pointer, value } = next;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      const at = { pointer: `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, value: member };
      if (names.has(bareName(key)) && member !== null && member !== "") found.push(at);
      else rest.push(at);
    }
  }
  return found;
}

function readSet(root: Json, declared: CaptureTokens): FoundTokens[] {
  const access = textAt(root, declared.access);
  if (access === null) return [];
  const scope = valueAt(root, declared.scope);
  const scopes = Array.isArray(scope)
    ? scope.filter((one) => typeof one === "string")
    : typeof scope === "string"
      ? scope.split(/[\s,]+/)
      : null;
  return [
    {
      declared,
      access,
      refresh: textAt(root, declared.refresh),
      expiresInS: seconds(valueAt(root, declared.expiresIn)),
      scopes: scopes === null ? null : scopes.filter((one) => one !== ""),
    },
  ];
}

function textAt(root: Json, pointer: string): string | null {
  const value = valueAt(root, pointer);
  return typeof value === "string" && value !== "" ? value : null;
}

function valueAt(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const key of keysOf(pointer)) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** null for what is no sensible number of seconds: then the token's end is not known. */
function seconds(value: Json | undefined): number | null {
  const number = typeof value === "string" && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? Math.min(number, MAX_LIFETIME_S) : null;
}

function replaced(root: Json, texts: ReadonlyMap<string, string>): Json {
  const copy = structuredClone(root);
  for (const [pointer, text] of texts) {
    const keys = keysOf(pointer);
    const last = keys.pop() ?? "";
    const parent = keys.reduce<Json | undefined>((value, key) => (value as Record<string, Json>)[key], copy);
    (parent as Record<string, Json>)[last] = text;
  }
  return copy;
}

/** Of a text that is neither: a page that talks of tokens has none, `access_token: …` and `<access_token>…` may be one. */
function mentionsToken(text: string, declared: readonly CaptureTokens[]): boolean {
  const plain = text.replace(/\\u([0-9a-f]{4})/gi, decodeHex).replace(/%([0-9a-f]{2})/gi, decodeHex);
  const words = [...plain.matchAll(/([A-Za-z][A-Za-z0-9_.-]*)["'\\\s]*[:=>]/g)].map((match) => bareName(match[1] ?? ""));
  const names = [...tokenNames(declared)];
  return words.some((word) => names.some((name) => word.endsWith(name)));
}

function decodeHex(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
