// Reads the small language of key patterns into parts with character sets, for pattern.ts to judge.
// In: a regular expression between ^ and $. Out: its parts, or what it uses that the language does not have.

interface Repeat {
  readonly min: number;
  /** Infinity when open. */
  readonly max: number;
}

/** A set holds a bit for every ASCII character, and one for all others. */
export type PatternNode =
  | (Repeat & { readonly kind: "set"; readonly set: bigint })
  | (Repeat & { readonly kind: "group"; readonly ways: readonly (readonly PatternNode[])[] });

const MAX_LENGTH = 400;
const OTHER = 128;
const ALL = (1n << BigInt(OTHER + 1)) - 1n;
const SHORTHANDS: Readonly<Record<string, bigint>> = {
  d: range(0x30, 0x39),
  w: range(0x30, 0x39) | range(0x41, 0x5a) | range(0x61, 0x7a) | bit(0x5f),
  s: range(0x09, 0x0d) | bit(0x20) | bit(OTHER),
};

class Unsupported extends Error {}

/** The parts, or a sentence about what is not supported. */
export function parsePattern(pattern: string): PatternNode[] | string {
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (!pattern.startsWith("^") || !pattern.endsWith("$") || pattern.endsWith("\\$")) return "must start with '^' and end with '$'";
  const reader = new PatternReader(pattern.slice(1, -1));
  try {
    const ways = reader.readWays();
    if (!reader.isAtEnd) return "has a ')' too many";
    return ways.length === 1
      ? (ways[0] ?? [])
      : "has alternatives outside a group, where '^' and '$' hold for one of them only; use ^(?:a|b)$";
  } catch (error) {
    if (error instanceof Unsupported) return error.message;
    throw error;
  }
}

class PatternReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  readWays(): PatternNode[][] {
    const ways: PatternNode[][] = [[]];
    while (!this.isAtEnd && this.#peek() !== ")") {
      if (this.#take("|")) ways.push([]);
      else ways[ways.length - 1]?.push(this.#readPart());
    }
    return ways;
  }

  #readPart(): PatternNode {
    if (this.#take("(")) {
      if (this.#peek() === "?" && !this.#take("?:"))
        throw new Unsupported("uses look-around or a named group; only (…) and (?:…) are known");
      const ways = this.readWays();
      this.#at += 1;
      return { kind: "group", ways, ...this.#readRepeat() };
    }
    const set = this.#take("[") ? this.#readClass() : this.#readCharacter(false);
    return { kind: "set", set, ...this.#readRepeat() };
  }

  #readRepeat(): Repeat {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#text.slice(this.#at));
    if (found === null) return { min: 1, max: 1 };
    this.#at += found[0].length;
    const [mark, least, comma, most] = found;
    if (least === undefined) return { min: mark.startsWith("+") ? 1 : 0, max: mark.startsWith("?") ? 1 : Infinity };
    const min = Number(least);
    if (comma === undefined) return { min, max: min };
    return { min, max: most === "" || most === undefined ? Infinity : Number(most) };
  }

  #readClass(): bigint {
    const isNegated = this.#take("^");
    let set = 0n;
    while (!this.isAtEnd && !this.#take("]")) {
      const start = this.#at;
      const first = this.#readCharacter(true);
      const from = this.#single(start);
      if (this.#peek() !== "-" || this.#text[this.#at + 1] === "]" || from === null) set |= first;
      else {
        this.#at += 1;
        const endStart = this.#at;
        this.#readCharacter(true);
        set |= range(from, this.#single(endStart) ?? OTHER);
      }
    }
    return isNegated ? ALL & ~set : set;
  }

  /** The code of the one character read since `start`; null for a shorthand such as \d. */
  #single(start: number): number | null {
    const text = this.#text.slice(start, this.#at);
    if (/^\\[dws]$/i.test(text)) return null;
    return Math.min(text.charCodeAt(text.length - 1), OTHER);
  }

  #readCharacter(isInClass: boolean): bigint {
    const character = this.#text[this.#at] ?? "";
    this.#at += 1;
    if (character === "\\") return this.#readEscape();
    if (isInClass) return bit(character.charCodeAt(0));
    if (character === ".") return ALL;
    if (/[$^*+?{}\]]/.test(character))
      throw new Unsupported(`has a '${character}' in the middle; escape it when it is meant as a character`);
    return bit(character.charCodeAt(0));
  }

  #readEscape(): bigint {
    const character = this.#text[this.#at] ?? "";
    this.#at += 1;
    const shorthand = SHORTHANDS[character.toLowerCase()];
    if (shorthand !== undefined) return character === character.toLowerCase() ? shorthand : ALL & ~shorthand;
    if (/[A-Za-z0-9]/.test(character) || character === "")
      throw new Unsupported(`uses '\\${character}'; only \\d, \\w, \\s and escaped signs are known`);
    return bit(character.charCodeAt(0));
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function bit(code: number): bigint {
  return 1n << BigInt(Math.min(code, OTHER));
}

function range(from: number, to: number): bigint {
  let set = 0n;
  for (let code = from; code <= Math.min(to, OTHER); code += 1) set |= bit(code);
  return to > OTHER ? set | bit(OTHER) : set;
}
