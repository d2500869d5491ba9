// Masks the credential in texts of a head: status text, names and values of fields, trailers. Part of step 10, respond.
// In: texts. Out: the same array when nothing was found, else one with as many asterisks in place of each match.
import type { KeyFinder } from "./key-finder.ts";

export interface MaskedTexts {
  readonly texts: readonly string[];
  /** Matches. */
  readonly count: number;
}

export function maskFields(finder: KeyFinder, texts: readonly string[]): MaskedTexts {
  // One search for all: in nearly every head there is nothing. No form of a credential goes over the end of a field.
  if (texts.length === 0 || maskBytes(finder, Buffer.from(texts.join("\n"), "latin1")) === 0) return { texts, count: 0 };
  let count = 0;
  const masked = texts.map((text) => {
    const bytes = Buffer.from(text, "latin1");
    const found = maskBytes(finder, bytes);
    count += found;
    return found === 0 ? text : bytes.toString("latin1");
  });
  return { texts: masked, count };
}

/** Overwrites every match in a text that is whole; returns how many there were. */
export function maskBytes(finder: KeyFinder, bytes: Buffer): number {
  let count = 0;
  for (let from = 0; from < bytes.length;) {
    const found = finder.find(bytes, { from, to: bytes.length }, true);
    if (found.kind !== "hit") break;
    count += 1;
    bytes.fill("*", found.from, found.to);
    from = found.to;
  }
  return count;
}
