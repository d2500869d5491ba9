// How one character may be written in an answer: as itself, percent-encoded, as an escape of JSON or JavaScript, as an HTML entity.
// In: characters that count as one (`+` and `-` of the two base64 alphabets, both cases of a hex digit). Out: a tree of byte strings.
// Part of step 10, respond. Holds no secret: trees are made of single characters and shared by all keys.

/** A node of the tree; a spelling ends where `isEnd`, and may go on all the same (`&#43` and `&#43;`). */
export interface SpellingNode {
  readonly next: Map<number, SpellingNode>;
  isEnd: boolean;
}

/** The same byte so many times, at one end of a spelling. */
export interface Run {
  readonly byte: number;
  readonly count: number;
  /** It is the whole spelling. */
  readonly isWhole: boolean;
}

export class Spellings {
  readonly firstBytes: readonly number[];
  readonly lastBytes: readonly number[];
  /** Two bytes that may follow each other inside a spelling: first << 8 | second. */
  readonly pairs: readonly number[];
  /** How the spellings begin and end; each once. */
  readonly begins: readonly Run[];
  readonly ends: readonly Run[];
  readonly texts: readonly string[];
  #root: SpellingNode | null = null;

  /** @param texts byte strings in latin1 */
  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.firstBytes = [...new Set(texts.map((text) => text.charCodeAt(0)))];
    this.lastBytes = [...new Set(texts.map((text) => text.charCodeAt(text.length - 1)))];
    const pairs = new Set<number>();
    for (const text of texts) for (let i = 1; i < text.length; i += 1) pairs.add((text.charCodeAt(i - 1) << 8) | text.charCodeAt(i));
    this.pairs = [...pairs];
    this.begins = runsOf(texts, false);
    this.ends = runsOf(texts, true);
  }

  /** Made when it is first needed: most characters of a key are never come to. */
  get root(): SpellingNode {
    this.#root ??= growTree(this.texts);
    return this.#root;
  }
}

/** Of one end of each text. No spelling has as many of a byte in its midst as would matter. */
function runsOf(texts: readonly string[], isFromEnd: boolean): Run[] {
  const runs = new Map<number, Run>();
  for (const text of texts) {
    const byte = text.charCodeAt(isFromEnd ? text.length - 1 : 0);
    let count = 1;
    while (count < text.length && text.charCodeAt(isFromEnd ? text.length - 1 - count : count) === byte) count += 1;
    const isWhole = count === text.length;
    const name = (byte << 8) | (count << 1) | Number(isWhole);
    if (!runs.has(name)) runs.set(name, { byte, count, isWhole });
  }
  return [...runs.values()];
}

/** A reference may be padded with zeros, within reason: what is held back must stay bounded. */
const MAX_ZEROS = 4;
const NAMED: Readonly<Record<string, readonly string[]>> = {
  "&": ["amp", "AMP"],
  "<": ["lt", "LT"],
  ">": ["gt", "GT"],
  '"': ["quot", "QUOT"],
  "'": ["apos"],
  "+": ["plus"],
  "/": ["sol"],
  "=": ["equals"],
  _: ["lowbar", "UnderBar"],
  ".": ["period"],
  ":": ["colon"],
  "%": ["percnt"],
  "@": ["commat"],
  "#": ["num"],
  "!": ["excl"],
  $: ["dollar"],
  "*": ["ast"],
  "-": ["hyphen", "dash"],
};
/** The semicolon belongs to the spelling, but some readers do without it. */
const ENTITY_ENDS = ["", ";"];

const known = new Map<string, Spellings>();
const knownPlain = new Map<string, Spellings>();

/** The same tree for the same characters. */
export function spellingsOf(characters: readonly string[]): Spellings {
  const name = characters.join("");
  const before = known.get(name);
  if (before !== undefined) return before;
  const made = new Spellings(characters.flatMap(spell));
  known.set(name, made);
  return made;
}

/** As `spellingsOf`, but as itself and percent-encoded only: what clients do to a text they send. */
export function plainSpellingsOf(characters: readonly string[]): Spellings {
  const name = characters.join("");
  const before = knownPlain.get(name);
  if (before !== undefined) return before;
  const made = new Spellings(characters.flatMap((character) => spellBytes(Buffer.from(character))));
  knownPlain.set(name, made);
  return made;
}

/** Every way to write the character, as byte strings in latin1. */
export function spell(character: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  const units = character.split("").map((unit) => unit.charCodeAt(0));
  const unicode = units.reduce<string[]>((all, unit) => joined(all, cases(`\\u${hex(unit, 4)}`, 2)), [""]);
  const short = code < 256 ? cases(`\\x${hex(code, 2)}`, 2) : [];
  return [...spellBytes(Buffer.from(character)), ...unicode, ...short, ...backslashed(character), ...entities(character, code)];
}

/** Each byte as it is or percent-encoded. */
function spellBytes(bytes: Buffer): string[] {
  let all = [""];
  for (const byte of bytes) all = joined(all, [String.fromCharCode(byte), ...cases(`%${hex(byte, 2)}`, 1)]);
  return all;
}

function backslashed(character: string): string[] {
  if (character === " ") return ["+"];
  if (character === "\n") return ["\\n"];
  return /^[!-/:-@[-`{-~]$/.test(character) ? [`\\${character}`] : [];
}

function entities(character: string, code: number): string[] {
  const all: string[] = [];
  for (let zeros = 0; zeros <= MAX_ZEROS; zeros += 1) {
    const padding = "0".repeat(zeros);
    all.push(`&#${padding}${code}`, ...["x", "X"].flatMap((x) => cases(`&#${x}${padding}${code.toString(16)}`, 3)));
  }
  const numeric = joined(all, ENTITY_ENDS);
  return [...numeric, ...(NAMED[character] ?? []).map((entity) => `&${entity};`)];
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** With each hex digit from `from` on in either case. */
function cases(text: string, from: number): string[] {
  let all = [text.slice(0, from)];
  for (const digit of text.slice(from)) {
    const upper = digit.toUpperCase();
    all = joined(all, upper === digit ? [digit] : [digit, upper]);
  }
  return all;
}

function joined(starts: readonly string[], ends: readonly string[]): string[] {
  return starts.flatMap((start) => ends.map((end) => start + end));
}

function growTree(texts: readonly string[]): SpellingNode {
  const root: SpellingNode = { next: new Map(), isEnd: false };
  for (const text of texts) {
    let node = root;
    for (let i = 0; i < text.length; i += 1) {
      const byte = text.charCodeAt(i);
      const next = node.next.get(byte) ?? { next: new Map(), isEnd: false };
      node.next.set(byte, next);
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}
