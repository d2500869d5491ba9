// The YAML that tools write their settings in → a tree: block mappings and lists, flow ones, plain and quoted text, block text.
// Anchors, aliases, tags and documents after the first are left aside: no tool here writes credentials with them.
// Scalars stay text. @throws FormatProblem for what has no structure, without quoting it
import type { Tree } from "../source.ts";
import { FormatProblem } from "./format-problem.ts";
import { readFlow, unquoteScalar } from "./yaml-flow.ts";

interface Line {
  readonly number: number;
  readonly indent: number;
  /** Without indentation and comment; as written for block text. */
  readonly content: string;
  readonly raw: string;
}

interface Reader {
  readonly lines: readonly Line[];
  at: number;
}

type Pair = readonly [key: string, rest: string];

/** Nobody's settings are nested as deep. */
const MAX_DEPTH = 64;

export function parseYaml(text: string): Tree {
  const reader: Reader = { lines: linesOf(text), at: 0 };
  skipBlank(reader);
  const first = reader.lines[reader.at];
  if (first === undefined) return null;
  const tree = readBlock(reader, first.indent, 0);
  skipBlank(reader);
  const left = reader.lines[reader.at];
  if (left !== undefined) throw broken(left);
  return tree;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const [at, raw] of text.split(/\r\n|\n|\r/).entries()) {
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(raw)) {
      if (lines.some((line) => line.content !== "")) break;
      const inline = raw.slice(3).trim();
      if (inline === "" || inline.startsWith("#")) continue;
    }
    if (raw.startsWith("%")) continue;
    const body = raw.replace(/^---\s+/, "");
    lines.push({ number: at + 1, indent: body.length - body.trimStart().length, content: withoutComment(body.trim()), raw: body });
  }
  return lines;
}

/** A `#` after a space begins a comment, but not inside quotes. */
function withoutComment(content: string): string {
  if (content.startsWith("#")) return "";
  if (!/\s#/.test(content)) return content;
  for (const token of content.matchAll(/(?<=^|[\s:,[{-])(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^']*(?:''[^']*)*')|\s#/g)) {
    if (/^\s#/.test(token[0])) return content.slice(0, token.index).trimEnd();
  }
  return content;
}

function readBlock(reader: Reader, indent: number, depth: number): Tree {
  const line = reader.lines[reader.at];
  if (line === undefined) return null;
  if (depth > MAX_DEPTH) throw broken(line);
  if (isItem(line.content)) return readList(reader, indent, depth);
  if (pairOf(line.content) !== null) return readMapping(reader, indent, depth);
  return readScalar(reader, line.content, indent - 1);
}

function readMapping(reader: Reader, indent: number, depth: number): Tree {
  const table = Object.create(null) as Record<string, Tree>;
  for (;;) {
    skipBlank(reader);
    const line = reader.lines[reader.at];
    if (line === undefined || line.indent < indent) return table;
    const pair = line.indent === indent && !isItem(line.content) ? pairOf(line.content) : null;
    if (pair === null) throw broken(line);
    table[pair[0]] = readAfter(reader, pair[1], { indent, depth });
  }
}

function readList(reader: Reader, indent: number, depth: number): Tree {
  const items: Tree[] = [];
  for (;;) {
    skipBlank(reader);
    const line = reader.lines[reader.at];
    if (line === undefined || line.indent < indent || (line.indent === indent && !isItem(line.content))) return items;
    if (line.indent !== indent) throw broken(line);
    const rest = line.content.slice(1).trimStart();
    const pair = rest.startsWith("{") || rest.startsWith("[") ? null : pairOf(rest);
    if (pair === null && !isItem(rest)) {
      items.push(readAfter(reader, rest, { indent, depth }));
      continue;
    }
    // `- key: value`: a mapping that begins after the dash.
    const inner = indent + line.content.length - rest.length;
    (reader.lines as Line[])[reader.at] = { ...line, indent: inner, content: rest };
    items.push(readBlock(reader, inner, depth + 1));
  }
}

/** What a key or a dash stands before: on its line, or deeper below. */
function readAfter(reader: Reader, rest: string, where: { readonly indent: number; readonly depth: number }): Tree {
  const line = reader.lines[reader.at++];
  const text = rest.replace(/^(?:[!&][^\s]*\s*)+/, "");
  if (/^[|>][+-]?\d?[+-]?$/.test(text)) return readBlockText(reader, text, where.indent);
  if (text !== "") {
    reader.at--;
    return readScalar(reader, text, where.indent);
  }
  skipBlank(reader);
  const next = reader.lines[reader.at];
  if (next === undefined || line === undefined) return null;
  // A list may stand as far left as the key it belongs to.
  const deeper = next.indent > where.indent || (next.indent === where.indent && isItem(next.content) && !isItem(line.content));
  return deeper ? readBlock(reader, next.indent, where.depth + 1) : null;
}

/** A scalar or flow collection that may go on over deeper lines. */
function readScalar(reader: Reader, first: string, indent: number): Tree {
  const line = reader.lines[reader.at++];
  const parts = [first];
  const flow = /^[[{]/.test(first);
  const open = (): boolean => (flow ? readFlow(parts.join(" ")) === undefined : isOpenQuote(parts.join(" ")));
  for (;;) {
    const next = reader.lines[reader.at];
    const goesOn = next !== undefined && (flow || isOpenQuote(parts.join(" ")) ? open() : next.indent > indent && next.content !== "");
    if (!goesOn) break;
    // A plain scalar never has a key in it: something is indented that must not be.
    if (!flow && next !== undefined && !isOpenQuote(parts.join(" ")) && pairOf(next.content) !== null) throw broken(next);
    if (parts.length > 1000 && open()) break;
    parts.push(next?.content ?? "");
    reader.at++;
  }
  const text = parts.join(" ").trim();
  const value = flow ? readFlow(text) : unquoteScalar(text);
  if (value === undefined && line !== undefined) throw broken(line);
  return value ?? null;
}

function isOpenQuote(text: string): boolean {
  return /^(?:"[^"\\]*(?:\\[\s\S][^"\\]*)*|'[^']*(?:''[^']*)*)$/.test(text);
}

function readBlockText(reader: Reader, style: string, indent: number): string {
  const kept: string[] = [];
  let margin = -1;
  for (; reader.at < reader.lines.length; reader.at++) {
    const { raw } = reader.lines[reader.at] ?? { raw: "" };
    const depth = raw.length - raw.trimStart().length;
    if (raw.trim() !== "") {
      if (depth <= indent) break;
      if (margin < 0) margin = depth;
    }
    kept.push(raw.slice(Math.max(margin, 0)));
  }
  const text = kept.join(style.startsWith(">") ? " " : "\n").trimEnd();
  return style.includes("-") ? text : `${text}\n`;
}

function isItem(content: string): boolean {
  return content === "-" || content.startsWith("- ");
}

/** `key: rest`, the key plain or quoted. */
function pairOf(content: string): Pair | null {
  const quoted = /^("[^"\\]*(?:\\.[^"\\]*)*"|'[^']*(?:''[^']*)*')\s*:(?:\s+|$)/.exec(content);
  if (quoted !== null) return [String(unquoteScalar(quoted[1] ?? "")), content.slice(quoted[0].length)];
  const colon = /^["'[{]/.test(content) ? -1 : content.search(/:(?:\s|$)/);
  return colon <= 0 ? null : [content.slice(0, colon).trimEnd(), content.slice(colon + 1).trimStart()];
}

function skipBlank(reader: Reader): void {
  while (reader.lines[reader.at]?.content === "") reader.at++;
}

function broken(line: Line): FormatProblem {
  return new FormatProblem(`it is not YAML that can be read (line ${line.number})`);
}
