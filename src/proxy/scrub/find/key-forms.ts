// The forms a credential takes when somebody repeats it: as it is, as base64 (wherever its group of three begins), as hex.
// In: a secret. Out: each form as a row of spelled characters, for the finder. Part of step 10, respond.
// The secret's text is kept only in these rows, by no name and in no message.
import type { Secret } from "../../../core/secret.ts";
import { plainSpellingsOf, Spellings, spellingsOf } from "./spellings.ts";

/** One form; every character may be written in any of its spellings. */
export type KeyForm = readonly Spellings[];

/** Shorter secrets are in every text by chance: masking them would wreck answers and tell the secret. */
export const MIN_SECRET_BYTES = 8;

export function keyForms(secret: Secret): KeyForm[] {
  return formsOf(secret.reveal());
}

/** The forms of a text; an empty list when it is too short to be looked for. */
export function formsOf(text: string): KeyForm[] {
  const bytes = Buffer.from(text);
  if (bytes.length < MIN_SECRET_BYTES) return [];
  const plain = Array.from(text, (character) => spellingsOf([character]));
  const hexDigits = Array.from(bytes.toString("hex"), (digit) => spellingsOf(digit >= "a" ? [digit, digit.toUpperCase()] : [digit]));
  return [plain, ...[0, 1, 2].map((before) => mayBreak(base64Core(bytes, before))), hexDigits];
}

/** The forms in which a child would send it on: as it is, percent-encoded, as base64. */
export function sentForms(secret: Secret): KeyForm[] {
  return sentFormsOf(secret.reveal());
}

/** Fewer spellings than in answers: many keys are looked for at once, in everything that is sent. */
export function sentFormsOf(text: string): KeyForm[] {
  const bytes = Buffer.from(text);
  const plain = Array.from(text, (character) => plainSpellingsOf([character]));
  if (bytes.length < MIN_SECRET_BYTES) return text.length < 2 ? [] : [plain];
  return [plain, ...[0, 1, 2].map((before) => base64Core(bytes, before, sentSpelling))];
}

/** Only what stands for something else in a URL is ever percent-encoded there. */
function sentSpelling(characters: readonly string[]): Spellings {
  return /^[A-Za-z0-9]$/.test(characters.join("")) ? rawSpelling(characters.join("")) : plainSpellingsOf(characters);
}

const raw = new Map<string, Spellings>();

function rawSpelling(character: string): Spellings {
  const spelling = raw.get(character) ?? new Spellings([character]);
  raw.set(character, spelling);
  return spelling;
}

/**
 * The characters of a base64 text that only the secret's bytes decide, when it stands behind `before` bytes of a group of three.
 * What stands around the secret shares the characters at either end with it: they are left as they are and tell at most four bits.
 */
// oxlint-disable-next-line max-params -- two callers, one of which leaves the last out
function base64Core(bytes: Buffer, before: number, spell: (characters: readonly string[]) => Spellings = spellingsOf): KeyForm {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const firstWhole = before === 0 ? 0 : before + 1;
  const endWhole = Math.floor(((before + bytes.length) * 8) / 6);
  return Array.from(text.slice(firstWhole, endWhole), (character) => spell(alphabets(character)));
}

/** Where base64 is broken into lines, as mail and GitHub's API do: as they are, or as JSON writes them. */
const LINE_BREAKS = ["\n", "\r\n", "\\n", "\\r\\n"];

const broken = new Map<Spellings, Spellings>();

/** Each character but the first may begin a line. In answers alone: with many keys at once nearly everything would look like one of them. */
function mayBreak(form: KeyForm): KeyForm {
  return form.map((spellings, at) => (at === 0 ? spellings : withBreaks(spellings)));
}

function withBreaks(spellings: Spellings): Spellings {
  const before = broken.get(spellings);
  if (before !== undefined) return before;
  const plain = spellings.texts.filter((text) => text.length === 1);
  const made = new Spellings([...spellings.texts, ...LINE_BREAKS.flatMap((line) => plain.map((text) => line + text))]);
  broken.set(spellings, made);
  return made;
}

function alphabets(character: string): string[] {
  if (character === "+") return ["+", "-"];
  return character === "/" ? ["/", "_"] : [character];
}
