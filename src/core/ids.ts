// Random names: ids for runs, requests and connections, and tokens that must not be guessed.
import { randomBytes } from "node:crypto";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** `count` characters drawn evenly from `alphabet` (at most 256 characters long). */
export function randomText(count: number, alphabet: string = BASE62): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < count) {
    for (const byte of randomBytes(count * 2)) {
      if (byte < limit && text.length < count) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** `run_8fK2…`: a readable prefix and 16 random characters (95 bits). */
export function newId(prefix: "run" | "req" | "con" | "log"): string {
  return `${prefix}_${randomText(16)}`;
}

/** A secret token of 43 characters (256 bits). */
export function newToken(): string {
  return randomText(43);
}
