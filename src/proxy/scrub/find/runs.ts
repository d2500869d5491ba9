// Which bytes may stand eight times side by side in a match: a finder passes over a long run of any other. Bodies have such runs (zeros, blanks,
// a letter of base64), and a pair of the same byte is in many a key, so that looking at two bytes alone would stop at each of the run.
// In: forms. Out: a table of 256. It may say yes for a byte that does not run so, never no for one that does.
import type { KeyForm } from "./key-forms.ts";
import type { Spellings } from "./spellings.ts";

export const RUN_BYTES = 8;
/** Below this a finder passes over little more than the run that it has looked at. */
export const MIN_RUN_WIDTH = 16;

/** Do the eight bytes that end at `last` say the same? */
export function endsRun(bytes: Uint8Array, last: number): boolean {
  const byte = bytes[last];
  for (let at = last - 1; at > last - RUN_BYTES; at -= 1) if (bytes[at] !== byte) return false;
  return true;
}

/** @param width how many bytes of a match count, from its beginning */
export function noteRuns(forms: readonly KeyForm[], width: number): Uint8Array {
  const table = new Uint8Array(256);
  for (const form of forms) {
    for (let at = 0; at < Math.min(width, form.length); at += 1) {
      for (const { byte, count } of (form[at] as Spellings).ends) if (goesOn(form, at + 1, { byte, count })) table[byte] = 1;
    }
  }
  return table;
}

/** `count` of the byte are there; may the characters from number `next` on add what is missing? */
function goesOn(form: KeyForm, next: number, { byte, count }: { readonly byte: number; readonly count: number }): boolean {
  if (count >= RUN_BYTES) return true;
  return (form[next]?.begins ?? []).some(
    (begin) =>
      begin.byte === byte &&
      (begin.isWhole ? goesOn(form, next + 1, { byte, count: count + begin.count }) : count + begin.count >= RUN_BYTES),
  );
}
