// The code a person types: eight consonants, so that no word and no digit is mistaken (RFC 8628 §6.1).
// In: nothing, or what someone typed. Out: `BCDF-GHJK`, or the eight letters it stands for.
import { randomText } from "../../core/ids.ts";

const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;

/** 34.6 bits: enough, because guesses are counted and a code lives ten minutes. */
export function newUserCode(): string {
  const letters = randomText(LENGTH, ALPHABET);
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** Case, dashes and spaces do not matter. Null: no code of this hub looks like that. */
export function normalUserCode(typed: string): string | null {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  const isCode = letters.length === LENGTH && [...letters].every((letter) => ALPHABET.includes(letter));
  return isCode ? `${letters.slice(0, 4)}-${letters.slice(4)}` : null;
}
