// Four bytes that stand side by side somewhere in a match, as a table of hashes: a finder of many forms skips what is not in it.
// In: forms. Out: the table. It may say yes to four bytes of none, never no to four bytes of one. What holds a percent sign is not in it,
// and always may be: few texts have any, and ways to mix both spellings are many.
import type { KeyForm } from "./key-forms.ts";

const BLOCK_BYTES = 4;
/** Below this there is next to nothing to skip. */
export const MIN_BLOCK_WIDTH = 8;
const TABLE_BITS = 18;
const PERCENT = 0x25;

/** May these four bytes stand in a match? */
export function mayHold(table: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (table[hashAt(bytes, at)] === 1) return true;
  return bytes[at] === PERCENT || bytes[at + 1] === PERCENT || bytes[at + 2] === PERCENT || bytes[at + 3] === PERCENT;
}

function hashAt(bytes: Uint8Array, at: number): number {
  const word =
    ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return Math.imul(word, 0x9e3779b1) >>> (32 - TABLE_BITS);
}

/** @param width how many bytes of a match count, from its beginning */
export function noteBlocks(forms: readonly KeyForm[], width: number): Uint8Array {
  const table = new Uint8Array(2 ** TABLE_BITS);
  const block = new Uint8Array(BLOCK_BYTES);
  for (const form of forms) {
    for (let at = 0; at < Math.min(width, form.length); at += 1) {
      for (const text of form[at]?.texts ?? []) {
        for (let begin = 0; begin < text.length; begin += 1)
          note({ form, table, block }, { text: text.slice(begin), next: at + 1, filled: 0 });
      }
    }
  }
  return table;
}

interface Noting {
  readonly form: KeyForm;
  readonly table: Uint8Array;
  readonly block: Uint8Array;
}

/** `text` goes on where `filled` bytes are there already; behind it comes character number `next`. */
function note(noting: Noting, { text, next, filled }: { readonly text: string; readonly next: number; readonly filled: number }): void {
  const { form, table, block } = noting;
  let count = filled;
  for (let i = 0; i < text.length && count < BLOCK_BYTES; i += 1) {
    const byte = text.charCodeAt(i);
    if (byte === PERCENT) return;
    block[count] = byte;
    count += 1;
  }
  if (count === BLOCK_BYTES) table[hashAt(block, 0)] = 1;
  else for (const following of form[next]?.texts ?? []) note(noting, { text: following, next: next + 1, filled: count });
}
