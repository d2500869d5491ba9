// Looks for a credential in one stream of bytes, cut anywhere. Part of step 10, respond.
// In: bytes as they come. Out: which of them belong to a match, and up to where nothing more can change.
// Positions count from the beginning of the stream. Without a match, and without the beginning of one at the end, it allocates nothing.
import type { KeyFinder } from "./key-finder.ts";
import type { KeyForm } from "./key-forms.ts";

/** That much of a credential says nothing (`sk-a`), and a text that ends so need not wait for ever. */
const MAX_SHOWN_CHARACTERS = 4;
const NOTHING = Buffer.alloc(0);

export class KeyScan {
  /** From and to in turn: what the last `feed` or `end` found. */
  hits: number[] = [];
  /** Bytes before this position are decided: in a match that has been told, or in none. */
  decided = 0;
  /** All that was fed. */
  position = 0;
  /** Matches so far. */
  count = 0;
  /** Of the first match. */
  firstForm: KeyForm | null = null;
  readonly #finder: KeyFinder;
  /** The undecided bytes. */
  #open: Buffer = NOTHING;
  /** How many characters of the credential they may be. */
  #openCharacters = 0;

  constructor(finder: KeyFinder) {
    this.#finder = finder;
  }

  /** What is undecided is so little of a credential that it may be passed on when nothing follows for a while. */
  get mayPassOpen(): boolean {
    return this.#openCharacters <= MAX_SHOWN_CHARACTERS;
  }

  feed(bytes: Buffer, from: number, to: number): void {
    if (this.hits.length > 0) this.hits = [];
    this.position += to - from;
    if (this.#open.length === 0) this.#search(bytes, { from, to }, false);
    else {
      const joined = Buffer.concat([this.#open, bytes.subarray(from, to)]);
      this.#search(joined, { from: 0, to: joined.length }, false);
    }
  }

  /** Nothing follows: what is open is decided. The next `feed` begins a text of its own. */
  end(): void {
    if (this.hits.length > 0) this.hits = [];
    if (this.#open.length > 0) this.#search(this.#open, { from: 0, to: this.#open.length }, true);
  }

  #search(bytes: Buffer, range: { readonly from: number; readonly to: number }, isEnd: boolean): void {
    const { to } = range;
    const start = this.position - to;
    for (let from = range.from; ;) {
      const found = this.#finder.find(bytes, { from, to }, isEnd);
      if (found.kind === "hit") {
        this.count += 1;
        this.firstForm ??= found.form;
        this.hits.push(start + found.from, start + found.to);
        from = found.to;
        continue;
      }
      const open = found.kind === "open" ? found.from : to;
      this.decided = start + open;
      this.#openCharacters = found.kind === "open" ? found.characters : 0;
      // A copy, so that a few bytes do not keep a large chunk alive, and masking the chunk does not change what is still looked at.
      this.#open = open === to ? NOTHING : Buffer.from(bytes.subarray(open, to));
      return;
    }
  }
}
