// YAML's one-line forms: quoted text, and collections in brackets. In: text. Out: a tree, undefined when the text ends too early
// or is none. Scalars stay text; `null` and `~` are nothing.
import type { Tree } from "../source.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  b: "\b",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
  "/": "/",
  " ": " ",
};
const TOKEN = /\s*("(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|[[\]{},]|:(?=[\s"'[{])|[^\s,[\]{}"'](?:[^,[\]{}:]|:(?=\S))*)/y;
const MAX_DEPTH = 64;

export function readFlow(text: string): Tree | undefined {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const token = pattern.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token.trim());
  }
  const reader = { tokens, at: 0, depth: 0 };
  const tree = readNode(reader);
  return reader.at === tokens.length ? tree : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
}

function readNode(reader: Reader): Tree | undefined {
  const token = reader.tokens[reader.at++];
  if (token === undefined || ++reader.depth > MAX_DEPTH) return undefined;
  const tree =
    token === "[" ? readList(reader) : token === "{" ? readMapping(reader) : /^[\]},:]$/.test(token) ? undefined : unquoteScalar(token);
  reader.depth--;
  return tree;
}

function readList(reader: Reader): Tree | undefined {
  const items: Tree[] = [];
  while (reader.tokens[reader.at] !== "]") {
    const item = readNode(reader);
    if (item === undefined) return undefined;
    items.push(item);
    if (reader.tokens[reader.at] === ",") reader.at++;
  }
  reader.at++;
  return items;
}

function readMapping(reader: Reader): Tree | undefined {
  const table = Object.create(null) as Record<string, Tree>;
  while (reader.tokens[reader.at] !== "}") {
    const key = reader.tokens[reader.at++];
    if (key === undefined || reader.tokens[reader.at++] !== ":") return undefined;
    const value = readNode(reader);
    if (value === undefined) return undefined;
    table[String(unquoteScalar(key))] = value;
    if (reader.tokens[reader.at] === ",") reader.at++;
  }
  reader.at++;
  return table;
}

/** Quotes off and escapes read; null for nothing. */
export function unquoteScalar(text: string): string | null {
  if (text === "" || text === "~" || text === "null") return null;
  if (/^'[\s\S]*'$/.test(text) && text.length > 1) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^"[\s\S]*"$/.test(text) || text.length < 2) return text;
  return text.slice(1, -1).replace(/\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[\s\S])/g, (escape) => {
    const sign = escape[1] ?? "";
    return escape.length === 2 ? (ESCAPES[sign] ?? sign) : String.fromCharCode(Number.parseInt(escape.slice(2), 16));
  });
}
