// Keys written in every way the scrub knows, and a slow search of its own kind to compare the fast one with.
// In: a key made at run time. Out: texts in latin1. Shares no code with src/proxy/scrub.
import { randomBytes } from "node:crypto";

export function makeKey(length = 30): string {
  return `${randomBytes(2).toString("hex")}-${randomBytes(length).toString("base64url")}`.slice(0, length);
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

/** One character at a time. */
export const CHARACTER_SPELLINGS: Readonly<Record<string, (character: string, code: number) => string>> = {
  itself: (character) => character,
  percent: (_, code) => `%${hex(code, 2)}`,
  "percent in upper case": (_, code) => `%${hex(code, 2).toUpperCase()}`,
  "JSON escape": (_, code) => `\\u${hex(code, 4)}`,
  "JSON escape in upper case": (_, code) => `\\u${hex(code, 4).toUpperCase()}`,
  "JavaScript escape": (_, code) => `\\x${hex(code, 2)}`,
  "decimal entity": (_, code) => `&#${code};`,
  "padded decimal entity": (_, code) => `&#000${code};`,
  "hex entity": (_, code) => `&#x${hex(code, 2)};`,
  "padded hex entity": (_, code) => `&#X00${hex(code, 2).toUpperCase()};`,
};

/** All of a key. */
export const KEY_ENCODINGS: Readonly<Record<string, (key: string) => string>> = {
  base64: (key) => Buffer.from(key).toString("base64"),
  "base64, second place": (key) => Buffer.from(`u${key}`).toString("base64"),
  "base64, third place": (key) => Buffer.from(`u:${key}`).toString("base64"),
  "base64 in the middle": (key) => Buffer.from(`user:${key}:more`).toString("base64"),
  base64url: (key) => Buffer.from(key).toString("base64url"),
  "base64url, second place": (key) => Buffer.from(`u${key}~~~`).toString("base64url"),
  "base64 in lines": (key) => inLines(Buffer.from(`user:${key}`).toString("base64"), "\n"),
  "base64 in lines of mail": (key) => inLines(Buffer.from(key).toString("base64"), "\r\n"),
  "base64 in lines, in JSON": (key) => inLines(Buffer.from(`us:${key}`).toString("base64"), "\\n"),
  hex: (key) => Buffer.from(key).toString("hex"),
  "hex in upper case": (key) => Buffer.from(key).toString("hex").toUpperCase(),
};

function inLines(text: string, end: string): string {
  return text.replace(/.{13}(?=.)/g, `$&${end}`);
}

export function spellWith(key: string, spelling: keyof typeof CHARACTER_SPELLINGS): string {
  return Array.from(key)
    .map((character) => (CHARACTER_SPELLINGS[spelling] as (c: string, n: number) => string)(character, character.charCodeAt(0)))
    .join("");
}

/** What of the key can be read in a text, in any of the ways: nothing but characters the encoding shares with its surroundings. */
export function showsKey(text: string, key: string): boolean {
  const readings = [text, decodeEscapes(text)];
  return readings.some((reading) => {
    if (reading.includes(key) || reading.toLowerCase().includes(Buffer.from(key).toString("hex"))) return true;
    const plain = reading
      .replaceAll(/\\r\\n|\\n|\r?\n/g, "")
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    return ["", "x", "xx"].some((before) => {
      const coded = Buffer.from(before + key)
        .toString("base64")
        .replaceAll("=", "");
      return plain.includes(coded.slice(before.length === 0 ? 0 : before.length + 1, -1));
    });
  });
}

export function decodeEscapes(text: string): string {
  return text
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, u: string | undefined, x: string | undefined) =>
      String.fromCharCode(Number.parseInt(u ?? x ?? "", 16)),
    )
    .replace(/&#x0*([0-9a-f]+);?/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#0*([0-9]+);?/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" })[name] ?? "")
    .replace(/\\([/"\\'&<>])/g, "$1");
}

/** The naive search: a regular expression over every spelling, tried at every byte. Returns the text with matches masked. */
export function maskNaively(text: string, key: string): string {
  const bytes = Buffer.from(key);
  const escape = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  const any = (characters: readonly string[]): string =>
    `(?:${characters
      .flatMap((c) => {
        const code = c.charCodeAt(0);
        const digits = (width: number): string => Array.from(hex(code, width), (d) => `[${d}${d.toUpperCase()}]`).join("");
        const punctuation = /[!-/:-@[-`{-~]/.test(c) ? [`\\\\${escape(c)}`] : [];
        const named = (
          {
            "&": "(?:amp|AMP)",
            "<": "(?:lt|LT)",
            ">": "(?:gt|GT)",
            '"': "(?:quot|QUOT)",
            "'": "apos",
            "-": "(?:hyphen|dash)",
            _: "(?:lowbar|UnderBar)",
            "+": "plus",
            "/": "sol",
          } as Record<string, string>
        )[c];
        return [
          `%${digits(2)}`,
          `\\\\u${digits(4)}`,
          `\\\\x${digits(2)}`,
          `&#0{0,4}${code};?`,
          `&#[xX]0{0,4}${digits(2)};?`,
          ...(named === undefined ? [] : [`&${named};`]),
          ...punctuation,
          escape(c),
        ];
      })
      .join("|")})`;
  const classes = (c: string): string[] => (c === "+" ? ["+", "-"] : c === "/" ? ["/", "_"] : [c]);
  const cores = [0, 1, 2].map((before) => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const core = coded.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6));
    // Each character but the first may begin a line.
    const breaks = (c: string): string => `(?:(?:\\\\r\\\\n|\\\\n|\\r?\\n)[${classes(c).map(escape).join("")}]|${any(classes(c))})`;
    return Array.from(core, (c, position) => (position === 0 ? any(classes(c)) : breaks(c))).join("");
  });
  const hexForm = Array.from(bytes.toString("hex"), (d) => any(/[a-f]/.test(d) ? [d, d.toUpperCase()] : [d])).join("");
  const forms = [Array.from(key, (c) => any([c])).join(""), ...cores, hexForm].map((source) => new RegExp(source, "y"));
  let masked = "";
  for (let at = 0; at < text.length;) {
    let longest = 0;
    for (const form of forms) {
      form.lastIndex = at;
      longest = Math.max(longest, form.exec(text)?.[0].length ?? 0);
    }
    masked += longest > 0 ? "*".repeat(longest) : text[at];
    at += Math.max(1, longest);
  }
  return masked;
}
