// Looks for leaks in a request's body while it streams, in every lane. Part of step 9, forward.
// In: pieces as they come from the child, with the places in them that are payload. Out: those that may leave; held back is only what
// may be the beginning of a leak, so that its last bytes have never been sent when it turns out to be one.
// Bodies under a content coding are searched as they stand: what is inside is out of sight (docs/threat-model.md).
import type { RawHeaders } from "../../core/headers.ts";
import { MaskedStream, type Range } from "../scrub/find/masked-stream.ts";
import { leakError, type LeakSearch } from "./leak-search.ts";

export class LeakGuard {
  readonly #search: LeakSearch;
  readonly #host: string;
  readonly #stream: MaskedStream;

  /** @param host of the upstream, for messages */
  constructor(search: LeakSearch, host: string) {
    this.#search = search;
    this.#host = host;
    this.#stream = new MaskedStream(search.finder);
  }

  /** So little is held back that it may go when nothing follows for a while: a message may end like a key begins. */
  get mayPassOpen(): boolean {
    return this.#stream.isHolding && this.#stream.mayPassOpen;
  }

  /** @param payload null: all of it. @throws PLACEHOLDER_LEAK, KEY_LEAK */
  push(bytes: Buffer, payload: readonly Range[] | null): Buffer {
    const passed = this.#stream.push(bytes, payload);
    if (this.#stream.count > 0) this.#refuse();
    return passed;
  }

  /** The body has ended. */
  end(): Buffer {
    const passed = this.#stream.end();
    if (this.#stream.count > 0) this.#refuse();
    return passed;
  }

  passOpen(): Buffer {
    return this.#stream.passOpen();
  }

  trailers(fields: RawHeaders): void {
    if (fields.length === 0) return;
    const bytes = Buffer.from(fields.join("\n"), "latin1");
    const found = this.#search.finder.find(bytes, { from: 0, to: bytes.length }, true);
    const leak = found.kind === "hit" ? this.#search.leakOf(found.form) : undefined;
    if (leak !== undefined) throw leakError(leak, this.#host);
  }

  #refuse(): never {
    const leak = this.#search.leakOf(this.#stream.firstForm);
    if (leak === undefined) throw new Error("a match that belongs to nobody");
    throw leakError(leak, this.#host);
  }
}
