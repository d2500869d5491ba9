// Reads JSON and remembers the line of every value and key, which JSON.parse does not tell. Refuses duplicate keys.
// In: text. Out: the value and its lines, or the first mistake with its line. Accepts what JSON.parse accepts, no more;
// nesting is limited, so that no file can exhaust the stack.
import { formatPath, type JsonPath, quoteName } from "./problem.ts";

export interface JsonSource {
  readonly value: unknown;
  /** Line (from 1) where the value at a path starts; for an unknown path, that of its nearest parent. */
  lineOf(path: JsonPath): number;
}

export class JsonMistake extends Error {
  override readonly name = "JsonMistake";
  readonly line: number;
  readonly path: JsonPath;

  constructor(what: string, line: number, path: JsonPath) {
    super(what);
    this.line = line;
    this.path = path;
  }
}

const MAX_DEPTH = 32;
const SPACE = /[ \t\r\n]*/y;
/** Every character from space on but quote and backslash, and the escapes (RFC 8259 §7). */
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @throws JsonMistake */
export function readJsonSource(text: string): JsonSource {
  const reader = new Reader(text);
  const value = reader.readWhole();
  return {
    value,
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const line = reader.lines.get(formatPath(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return reader.lines.get("") ?? 1;
    },
  };
}

class Reader {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #at = 0;
  #line = 1;
  #countedTo = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readWhole(): unknown {
    const value = this.#readValue([]);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#mistake("there is text after the end of the JSON", []);
    return value;
  }

  #readValue(path: JsonPath): unknown {
    this.#skipSpace();
    this.lines.set(formatPath(path), this.#lineHere());
    if (path.length > MAX_DEPTH) throw this.#mistake("is nested too deeply", path);
    const first = this.#text[this.#at];
    if (first === "{") return this.#readObject(path);
    if (first === "[") return this.#readArray(path);
    if (first === '"') return this.#readString(path);
    const token = this.#take(SCALAR);
    if (token === null || token === "") throw this.#mistake(this.#unexpected("a JSON value"), path);
    return JSON.parse(token);
  }

  #readObject(path: JsonPath): unknown {
    const members: [string, unknown][] = [];
    const seen = new Set<string>();
    this.#at += 1;
    if (this.#accept("}")) return {};
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#mistake(this.#unexpected("a key in double quotes"), path);
      const key = this.#readString(path);
      if (seen.has(key)) throw this.#mistake(`the key ${quoteName(key)} comes twice`, path);
      seen.add(key);
      if (!this.#accept(":")) throw this.#mistake(this.#unexpected("':' after a key"), path);
      members.push([key, this.#readValue([...path, key])]);
    } while (this.#accept(","));
    if (!this.#accept("}")) throw this.#mistake(this.#unexpected("',' or '}'"), path);
    // fromEntries defines "__proto__" as an ordinary key, which the schema then refuses like any unknown one.
    return Object.fromEntries(members);
  }

  #readArray(path: JsonPath): unknown {
    const items: unknown[] = [];
    this.#at += 1;
    if (this.#accept("]")) return items;
    do items.push(this.#readValue([...path, items.length]));
    while (this.#accept(","));
    if (!this.#accept("]")) throw this.#mistake(this.#unexpected("',' or ']'"), path);
    return items;
  }

  #readString(path: JsonPath): string {
    const token = this.#take(STRING);
    if (token === null) throw this.#mistake("a string is not closed on its line or has a bad escape", path);
    return JSON.parse(token) as string;
  }

  #accept(mark: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    this.#take(SPACE);
  }

  #take(expression: RegExp): string | null {
    expression.lastIndex = this.#at;
    const token = expression.exec(this.#text)?.[0] ?? null;
    if (token !== null) this.#at += token.length;
    return token;
  }

  #unexpected(wanted: string): string {
    return this.#at >= this.#text.length ? `the file ends where ${wanted} should be` : `${wanted} should be here`;
  }

  #mistake(what: string, path: JsonPath): JsonMistake {
    return new JsonMistake(what, this.#lineHere(), path);
  }

  #lineHere(): number {
    for (; this.#countedTo < this.#at; this.#countedTo += 1) if (this.#text[this.#countedTo] === "\n") this.#line += 1;
    return this.#line;
  }
}
