// The TOML that tools write their settings in → a tree. In: text. Out: tables, arrays and text; numbers and dates stay as written.
// Duplicate keys are not refused: the last counts. @throws FormatProblem for what is not TOML, without quoting it
import type { Tree } from "../source.ts";
import { FormatProblem } from "./format-problem.ts";

type Table = Record<string, Tree>;
interface Cursor {
  readonly text: string;
  at: number;
}

const BARE_KEY = /[A-Za-z0-9_-]+/y;
const PLAIN_VALUE = /[A-Za-z0-9_+:.-]+(?: \d{2}:\d{2}[\d:.Z+-]*)?/y;
const ESCAPES: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\u001b", '"': '"', "\\": "\\" };
/** Nobody's settings are nested as deep. */
const MAX_DEPTH = 32;

export function parseToml(text: string): Tree {
  const root = newTable();
  const cursor: Cursor = { text: text.replaceAll("\r\n", "\n"), at: 0 };
  let table = root;
  for (;;) {
    skip(cursor, /(?:\s+|#[^\n]*)+/y);
    if (cursor.at >= cursor.text.length) return root;
    if (cursor.text[cursor.at] === "[") table = readHeader(cursor, root);
    else readPair(cursor, table, 0);
    skip(cursor, /[ \t]*(?:#[^\n]*)?/y);
    if (cursor.at < cursor.text.length && cursor.text[cursor.at] !== "\n") throw broken(cursor);
  }
}

function readHeader(cursor: Cursor, root: Table): Table {
  const isArray = cursor.text.startsWith("[[", cursor.at);
  cursor.at += isArray ? 2 : 1;
  const path = readKey(cursor);
  expect(cursor, isArray ? "]]" : "]");
  if (!isArray) return descend(root, path);
  const parent = descend(root, path.slice(0, -1));
  const name = path.at(-1) ?? "";
  const before = parent[name];
  const fresh = newTable();
  parent[name] = [...(Array.isArray(before) ? (before as Tree[]) : []), fresh];
  return fresh;
}

function readPair(cursor: Cursor, table: Table, depth: number): void {
  const path = readKey(cursor);
  expect(cursor, "=");
  skip(cursor, /[ \t]*/y);
  descend(table, path.slice(0, -1))[path.at(-1) ?? ""] = readValue(cursor, depth);
}

/** `a."b.c".d` */
function readKey(cursor: Cursor): string[] {
  const path: string[] = [];
  for (;;) {
    skip(cursor, /[ \t]*/y);
    const quote = cursor.text[cursor.at];
    path.push(quote === '"' || quote === "'" ? readString(cursor) : take(cursor, BARE_KEY));
    skip(cursor, /[ \t]*/y);
    if (cursor.text[cursor.at] !== ".") return path;
    cursor.at++;
  }
}

function readValue(cursor: Cursor, depth: number): Tree {
  if (depth > MAX_DEPTH) throw broken(cursor);
  const first = cursor.text[cursor.at];
  if (first === '"' || first === "'") return readString(cursor);
  if (first === "[") return readArray(cursor, depth);
  if (first === "{") return readInlineTable(cursor, depth);
  const word = take(cursor, PLAIN_VALUE);
  return word === "true" ? true : word === "false" ? false : word;
}

function readArray(cursor: Cursor, depth: number): Tree {
  const items: Tree[] = [];
  const space = /(?:[\s,]+|#[^\n]*)+/y;
  cursor.at++;
  for (;;) {
    skip(cursor, space);
    if (cursor.text[cursor.at] === "]") {
      cursor.at++;
      return items;
    }
    items.push(readValue(cursor, depth + 1));
  }
}

function readInlineTable(cursor: Cursor, depth: number): Tree {
  const table = newTable();
  cursor.at++;
  for (;;) {
    skip(cursor, /(?:[\s,]+|#[^\n]*)+/y);
    if (cursor.text[cursor.at] === "}") {
      cursor.at++;
      return table;
    }
    readPair(cursor, table, depth + 1);
  }
}

function readString(cursor: Cursor): string {
  const quote = cursor.text[cursor.at] ?? "";
  const delimiter = cursor.text.startsWith(quote.repeat(3), cursor.at) ? quote.repeat(3) : quote;
  const start = cursor.at + delimiter.length;
  let end = start;
  while (!cursor.text.startsWith(delimiter, end)) {
    if (end >= cursor.text.length || (delimiter.length === 1 && cursor.text[end] === "\n")) throw broken(cursor);
    end += quote === '"' && cursor.text[end] === "\\" ? 2 : 1;
  }
  cursor.at = end + delimiter.length;
  const raw = cursor.text.slice(start, end);
  const body = delimiter.length === 3 ? raw.replace(/^\n/, "") : raw;
  return quote === '"' ? unescape(body) : body;
}

function unescape(text: string): string {
  return text.replace(/\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\n\s*|.)/gs, (escape) => {
    const sign = escape[1] ?? "";
    // A line end that is escaped is none, nor is what stands before the next text.
    if (/\s/.test(sign)) return "";
    if (escape.length === 2) return ESCAPES[sign] ?? sign;
    const code = Number.parseInt(escape.slice(2), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
}

/** The table at a path, made on the way; of an array of tables the last. */
function descend(root: Table, path: readonly string[]): Table {
  let table = root;
  for (const name of path) {
    const there = table[name];
    const next = Array.isArray(there) ? (there as Tree[]).at(-1) : there;
    if (typeof next === "object" && next !== null && !Array.isArray(next)) table = next as Table;
    else {
      const fresh = newTable();
      table[name] = fresh;
      table = fresh;
    }
  }
  return table;
}

function newTable(): Table {
  return Object.create(null) as Table;
}

function skip(cursor: Cursor, pattern: RegExp): void {
  pattern.lastIndex = cursor.at;
  if (pattern.test(cursor.text)) cursor.at = pattern.lastIndex;
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const word = pattern.exec(cursor.text)?.[0];
  if (word === undefined) throw broken(cursor);
  cursor.at += word.length;
  return word;
}

function expect(cursor: Cursor, text: string): void {
  if (!cursor.text.startsWith(text, cursor.at)) throw broken(cursor);
  cursor.at += text.length;
}

function broken({ text, at }: Cursor): FormatProblem {
  return new FormatProblem(`it is not valid TOML (line ${text.slice(0, at).split("\n").length})`);
}
