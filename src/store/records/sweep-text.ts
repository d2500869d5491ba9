// Finds stored secrets in a text that came from elsewhere and puts their placeholders there: as they are, percent-encoded, as JSON
// writes them, or inside base64, wrapped in lines or not. In: a text and the secrets with their stand-ins. Out: the text, the same one
// when it holds none. Pure; it names no secret. A short secret could be an ordinary word, so it counts only as the whole of a text.
import type { Secret } from "../../core/secret.ts";

export interface StandIn {
  readonly secret: Secret;
  readonly placeholder: string;
}

export const MIN_SWEPT_CHARS = 12;
const MIN_WHOLE_CHARS = 8;
/** More than a text of any use holds; ends the search in one made to be slow. */
const MAX_BASE64_FINDS = 100;

export function sweepText(text: string, standIns: readonly StandIn[]): string {
  // The longest first: one secret may begin with another.
  const known = standIns.map(({ secret, placeholder }) => ({ value: secret.reveal(), placeholder }));
  const whole = known.find(({ value }) => value.length >= MIN_WHOLE_CHARS && value === text.trim());
  if (whole !== undefined) return text.replace(whole.value, () => whole.placeholder);
  const sorted = known.filter(({ value }) => value.length >= MIN_SWEPT_CHARS).sort((a, b) => b.value.length - a.value.length);
  return sorted.reduce((swept, pair) => sweepOne(swept, pair), text);
}

interface Pair {
  readonly value: string;
  readonly placeholder: string;
}

function sweepOne(text: string, pair: Pair): string {
  const { value, placeholder } = pair;
  let swept = text.split(value).join(placeholder);
  const json = JSON.stringify(value).slice(1, -1);
  if (json !== value) swept = swept.split(json).join(JSON.stringify(placeholder).slice(1, -1));
  if (swept.includes("%")) swept = swept.replace(percentForm(value), encode(placeholder));
  return sweepBase64(unwrapAround(swept, pair), pair);
}

/** The secret with any of its characters percent-encoded, in either case: encoders differ in what they leave. */
function percentForm(value: string): RegExp {
  const forms = Array.from(value, (character) => {
    const bytes = [...Buffer.from(character)].map((byte) => `%${hexForm(byte)}`).join("");
    return `(?:${character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}|${bytes})`;
  });
  return new RegExp(forms.join(""), "g");
}

function hexForm(byte: number): string {
  const digit = (value: number): string => {
    const text = value.toString(16);
    return /\d/.test(text) ? text : `[${text}${text.toUpperCase()}]`;
  };
  return digit(byte >> 4) + digit(byte & 15);
}

/** As it stands in the user-info part of a URL. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Lines as base64(1) and PEM wrap them. They are joined only where the secret would be overlooked in them. */
const WRAPPED = /(?<![\w+/-])(?:[\w+/-]{40,}\r?\n)+[\w+/-]+={0,2}/g;

function unwrapAround(text: string, pair: Pair): string {
  if (!text.includes("\n")) return text;
  return text.replace(WRAPPED, (block) => {
    const joined = block.replace(/\r?\n/g, "");
    return sweepBase64(joined, pair) === joined ? block : joined;
  });
}

/** base64 in both alphabets, alone or with something before and behind (`user:secret`). */
function sweepBase64(text: string, pair: Pair): string {
  const cores = base64Cores(pair.value);
  let swept = text;
  let from = 0;
  for (let finds = 0; finds < MAX_BASE64_FINDS; finds++) {
    const found = cores.flatMap(({ core, lead }) => {
      const at = swept.indexOf(core, from);
      return at < 0 ? [] : [{ at, lead }];
    });
    const first = found.sort((a, b) => a.at - b.at)[0];
    if (first === undefined) return swept;
    const { start, end, replaced } = replaceRun(swept, first, pair);
    swept = swept.slice(0, start) + replaced + swept.slice(end);
    from = Math.max(first.at + 1, start + replaced.length);
  }
  return swept;
}

interface Core {
  /** The characters that stand for the secret's bytes alone, whatever surrounds them. */
  readonly core: string;
  /** How many characters of the group of four come before it. */
  readonly lead: number;
}

/** A secret begins at the first, second or third byte of a base64 group. */
function base64Cores(value: string): Core[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((shift) => {
    const lead = Math.ceil((shift * 8) / 6);
    const core = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(lead, Math.floor(((shift + bytes.length) * 8) / 6));
    const urlSafe = core.replaceAll("+", "-").replaceAll("/", "_");
    return (urlSafe === core ? [core] : [core, urlSafe]).map((text) => ({ core: text, lead }));
  });
}

/** Decodes the whole run of base64 around a find, replaces in it, and encodes it in the same manner. */
function replaceRun(text: string, { at, lead }: { at: number; lead: number }, { value, placeholder }: Pair) {
  let start = at - lead;
  while (start >= 4 && /^[\w+/-]{4}$/.test(text.slice(start - 4, start))) start -= 4;
  const run = /^[\w+/-]*={0,2}/.exec(text.slice(Math.max(start, 0)))?.[0] ?? "";
  const end = Math.max(start, 0) + run.length;
  const decoded = Buffer.from(run, "base64").toString("latin1");
  const plain = Buffer.from(decoded.split(latin1(value)).join(latin1(placeholder)), "latin1").toString("base64");
  const padded = run.length % 4 === 0 ? plain : plain.replace(/=+$/, "");
  return { start: Math.max(start, 0), end, replaced: /[-_]/.test(run) ? padded.replaceAll("+", "-").replaceAll("/", "_") : padded };
}

/** The UTF-8 bytes, one character each. */
function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
