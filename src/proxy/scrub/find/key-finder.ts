// Finds the forms of a credential in bytes, at a cost near to that of reading them. Part of step 10, respond.
// In: forms. Out: for bytes and a place in them, the next match, a match that may go on behind the end, or nothing.
// How: a match is at least `#width` bytes long, so of every so many bytes only two are looked at: when no form in any spelling has
// these two side by side, no match lies across them (Wu and Manber's idea; four of them when there are many forms). Elsewhere the spellings are followed byte by byte.
import type { KeyForm } from "./key-forms.ts";
import { mayHold, MIN_BLOCK_WIDTH, noteBlocks } from "./blocks.ts";
import { endsRun, MIN_RUN_WIDTH, noteRuns, RUN_BYTES } from "./runs.ts";
import type { SpellingNode } from "./spellings.ts";

/** More would make the table of pairs fuller, and hops no cheaper. */
const MAX_WIDTH = 32;

/** Forms under way: character number `at` of each, and where in the spellings of it. Slots are used again: nothing is allocated. */
class Threads {
  size = 0;
  readonly forms: KeyForm[] = [];
  readonly ats: number[] = [];
  readonly nodes: SpellingNode[] = [];

  /** The first character of a form; no two begin alike. */
  begin(form: KeyForm, node: SpellingNode): void {
    this.forms[this.size] = form;
    this.ats[this.size] = 0;
    this.nodes[this.size] = node;
    this.size += 1;
  }

  /** Two readings of the same bytes may meet again; following both would double the work each time. */
  add(form: KeyForm, at: number, node: SpellingNode): void {
    for (let i = 0; i < this.size; i += 1) if (this.nodes[i] === node && this.ats[i] === at && this.forms[i] === form) return;
    this.forms[this.size] = form;
    this.ats[this.size] = at;
    this.nodes[this.size] = node;
    this.size += 1;
  }
}

/** What `find` found; one object per finder, overwritten by the next call. */
export interface Found {
  /** hit: from `from` to `to`. open: from `from` on, it depends on bytes that are still to come. none. */
  kind: "hit" | "open" | "none";
  from: number;
  to: number;
  /** hit: the form that was found. */
  form: KeyForm | null;
  /** open: how many characters of a form are there already. */
  characters: number;
}

export class KeyFinder {
  readonly found: Found = { kind: "none", from: 0, to: 0, form: null, characters: 0 };
  readonly #width: number;
  /** By the first byte of a match, the forms that begin so. */
  readonly #starts: readonly (readonly KeyForm[] | null)[];
  /** 1 for two bytes that stand side by side somewhere in the first `#width` bytes of a match. */
  readonly #pairs = new Uint8Array(65_536);
  /** With many forms nearly every two bytes stand somewhere in one: then four are looked at. null: two are enough. */
  readonly #blocks: Uint8Array | null;
  /** 0 for a byte that stands nowhere in a match so often that a run of it could be in one. null: matches are too short for it. */
  readonly #runs: Uint8Array | null;
  #threads = new Threads();
  #nextThreads = new Threads();

  /** @param looksAtBlocks for many forms of few spellings */
  constructor(forms: readonly KeyForm[], looksAtBlocks = false) {
    this.#width = Math.min(MAX_WIDTH, ...forms.map((form) => form.length));
    this.#starts = Array.from({ length: 256 }, (_, byte) => {
      const begin = forms.filter((form) => form[0]?.firstBytes.includes(byte));
      return begin.length === 0 ? null : begin;
    });
    for (const form of forms) this.#notePairs(form);
    this.#blocks = looksAtBlocks && this.#width >= MIN_BLOCK_WIDTH ? noteBlocks(forms, this.#width) : null;
    this.#runs = this.#width >= MIN_RUN_WIDTH ? noteRuns(forms, this.#width) : null;
  }

  /** @param isEnd nothing follows, so nothing stays open */
  find(bytes: Buffer, range: { readonly from: number; readonly to: number }, isEnd: boolean): Found {
    const { found } = this;
    const { to } = range;
    const width = this.#width;
    const pairs = this.#pairs;
    const blocks = this.#blocks;
    const runs = this.#runs;
    // The last byte of the window that is looked at; the window begins width - 1 bytes before it.
    let last = range.from + width - 1;
    while (last < to) {
      if (pairs[((bytes[last - 1] as number) << 8) | (bytes[last] as number)] === 0) {
        last += width - 1;
        continue;
      }
      if (blocks !== null && !mayHold(blocks, bytes, last - 3)) {
        last += width - 3;
        continue;
      }
      if (runs !== null && bytes[last] === bytes[last - 1] && runs[bytes[last] as number] === 0 && endsRun(bytes, last)) {
        last += width - RUN_BYTES + 1;
        continue;
      }
      const from = last - width + 1;
      if (this.#starts[bytes[from] as number] !== null && this.#follow(bytes, { from, to }, isEnd)) return found;
      last += 1;
    }
    if (!isEnd) {
      for (let from = Math.max(range.from, last - width + 1); from < to; from += 1) {
        if (this.#mayBegin(bytes, from, to) && this.#follow(bytes, { from, to }, isEnd)) return found;
      }
    }
    found.kind = "none";
    return found;
  }

  /** As for windows, with as many bytes as there are: at the end of every piece some thirty places are asked for. */
  #mayBegin(bytes: Buffer, from: number, to: number): boolean {
    if (this.#starts[bytes[from] as number] === null) return false;
    if (from + 1 < to && this.#pairs[((bytes[from] as number) << 8) | (bytes[from + 1] as number)] === 0) return false;
    return this.#blocks === null || from + 3 >= to || mayHold(this.#blocks, bytes, from);
  }

  /** The longest match that begins at `from`. true: `found` says which. */
  #follow(bytes: Buffer, { from, to }: { readonly from: number; readonly to: number }, isEnd: boolean): boolean {
    const { found } = this;
    const forms = this.#starts[bytes[from] as number] ?? [];
    let end = 0;
    this.#threads.size = 0;
    for (const form of forms) this.#threads.begin(form, rootOf(form, 0));
    let at = from;
    for (; at < to && this.#threads.size > 0; at += 1) if (this.#step(bytes[at] as number)) end = at + 1;
    const isOpen = !isEnd && this.#threads.size > 0;
    if (!isOpen && end === 0) return false;
    found.kind = isOpen ? "open" : "hit";
    found.from = from;
    found.to = end;
    found.characters = 0;
    for (let i = 0; i < this.#threads.size; i += 1) found.characters = Math.max(found.characters, (this.#threads.ats[i] as number) + 1);
    return true;
  }

  /** Moves every thread on by one byte. true: a form is complete. */
  #step(byte: number): boolean {
    const now = this.#threads;
    const next = this.#nextThreads;
    next.size = 0;
    let isComplete = false;
    for (let i = 0; i < now.size; i += 1) {
      const reached = (now.nodes[i] as SpellingNode).next.get(byte);
      if (reached === undefined) continue;
      const form = now.forms[i] as KeyForm;
      const at = now.ats[i] as number;
      if (reached.next.size > 0) next.add(form, at, reached);
      if (!reached.isEnd) continue;
      if (at + 1 === form.length) {
        isComplete = true;
        this.found.form = form;
      } else next.add(form, at + 1, rootOf(form, at + 1));
    }
    this.#nextThreads = now;
    this.#threads = next;
    return isComplete;
  }

  #notePairs(form: KeyForm): void {
    for (let i = 0; i < Math.min(this.#width, form.length); i += 1) {
      const spellings = form[i];
      for (const pair of spellings?.pairs ?? []) this.#pairs[pair] = 1;
      for (const first of form[i + 1] === undefined ? [] : (spellings?.lastBytes ?? [])) {
        for (const second of form[i + 1]?.firstBytes ?? []) this.#pairs[(first << 8) | second] = 1;
      }
    }
  }
}

function rootOf(form: KeyForm, at: number): SpellingNode {
  return (form[at] as KeyForm[number]).root;
}
