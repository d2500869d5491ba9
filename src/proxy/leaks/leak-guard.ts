// Looks for leaks in a request's body while it streams, in every lane. Part of step 9, forward.
// In: pieces as they come from the child, with the places in them that are payload. Out: those that may leave; held back is only what
// may be the beginning of a leak, so that its last bytes have never been sent when it turns out to be one.
// Small bodies under a content coding wait for their end and are searched inside as well; others as they stand (docs/threat-model.md).
import type { RawHeaders } from "../../core/headers.ts";
import { MaskedStream, type Range } from "../scrub/find/masked-stream.ts";
import type { CodedCopy } from "./coded-copy.ts";
import { leakError, type LeakSearch } from "./leak-search.ts";

const NOTHING = Buffer.alloc(0);

export class LeakGuard {
  readonly #search: LeakSearch;
  readonly #host: string;
  readonly #stream: MaskedStream;
  readonly #coded: CodedCopy | null;

  /** @param host of the upstream, for messages @param coded null: the body is searched as it stands */
  constructor(search: LeakSearch, host: string, coded: CodedCopy | null = null) {
    this.#search = search;
    this.#host = host;
    this.#coded = coded;
    this.#stream = new MaskedStream(search.finder);
  }

  /** So little is held back that it may go when nothing follows for a while: a message may end like a key begins. */
  get mayPassOpen(): boolean {
    return this.#stream.isHolding && this.#stream.mayPassOpen && this.#coded?.isHolding !== true;
  }

  /** @param payload null: all of it. @throws PLACEHOLDER_LEAK, KEY_LEAK */
  push(bytes: Buffer, payload: readonly Range[] | null): Buffer {
    const passed = this.#stream.push(bytes, payload);
    if (this.#stream.count > 0) this.#refuse(this.#stream);
    return this.#coded === null ? passed : this.#coded.hold(passed, bytes, payload);
  }

  /** The body has ended. */
  end(): Buffer {
    const passed = this.#stream.end();
    if (this.#stream.count > 0) this.#refuse(this.#stream);
    if (this.#coded?.isHolding !== true) return passed;
    const inside = new MaskedStream(this.#search.finder);
    inside.push(this.#coded.text() ?? NOTHING, null);
    inside.end();
    if (inside.count > 0) this.#refuse(inside);
    return Buffer.concat([this.#coded.release(), passed]);
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

  #refuse(stream: MaskedStream): never {
    const leak = this.#search.leakOf(stream.firstForm);
    if (leak === undefined) throw new Error("a match that belongs to nobody");
    throw leakError(leak, this.#host);
  }
}
