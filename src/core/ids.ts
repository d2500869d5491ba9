// Random names: ids for runs, requests and connections, and tokens that must not be guessed.
import { createHash, randomFillSync } from "node:crypto";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** `count` characters drawn evenly from `alphabet` (at most 256 characters long). */
export function randomText(count: number, alphabet: string = BASE62): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < count) {
    const byte = nextRandomByte();
    if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** Draws `count` characters from `alphabet`; `randomText` is one, `seededText` another. */
export type DrawText = (count: number, alphabet?: string) => string;

/** The same texts, in the same order, for the same seed: for what several processes must make alike without talking. */
export function seededText(seed: string): DrawText {
  let block = 0;
  return (count, alphabet = BASE62) => {
    const limit = 256 - (256 % alphabet.length);
    let text = "";
    while (text.length < count) {
      const bytes = createHash("sha256").update(`${block++} ${seed}`).digest();
      for (const byte of bytes) if (byte < limit && text.length < count) text += alphabet[byte % alphabet.length];
    }
    return text;
  };
}

/** One call into the generator fills many ids: every request has one. Used bytes are wiped. */
const pool = Buffer.alloc(4_096);
let poolUsed = pool.length;

function nextRandomByte(): number {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const byte = pool[poolUsed] ?? 0;
  pool[poolUsed++] = 0;
  return byte;
}

/** `run_8fK2…`: a readable prefix and 16 random characters (95 bits). */
export function newId(prefix: "run" | "req" | "con" | "log" | "sec"): string {
  return `${prefix}_${randomText(16)}`;
}

/** A secret token of 43 characters (256 bits). */
export function newToken(): string {
  return randomText(43);
}
