// A head, and the first pieces behind it, that wait until it is known whether they may leave. Part of step 10, respond.
// In: a head, clean pieces, and what they decode to. Out: all of it in order when it is released; or the decoded text in its place.
// It waits for a short body whole, for any other a few milliseconds: an event stream must not notice.
import { headerValue } from "../../core/headers.ts";
import type { ResponseHead } from "../upstream/exchange.ts";

export interface HeldHeadOutput {
  head(head: ResponseHead): void;
  body(bytes: Buffer): void;
}

const MAX_HELD_BYTES = 64 * 1024;
const MAX_DECODED_BYTES = 1024 * 1024;
const HOLD_MS = 10;

export class HeldHead {
  readonly #out: HeldHeadOutput;
  #head: ResponseHead | null = null;
  #pieces: Buffer[] = [];
  #decoded: Buffer[] = [];
  #heldBytes = 0;
  #decodedBytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(out: HeldHeadOutput) {
    this.#out = out;
  }

  take(head: ResponseHead): void {
    this.#head = head;
  }

  /** A body that is short for certain is waited for, and so is the piece that is being looked into. */
  releaseSoon(isBusy: () => boolean): void {
    if (this.#head === null || isShort(this.#head)) return;
    this.#timer = setTimeout(() => (isBusy() ? this.releaseSoon(isBusy) : this.release()), HOLD_MS);
  }

  pass(bytes: Buffer): void {
    if (this.#head === null) return this.#out.body(bytes);
    this.#pieces.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > MAX_HELD_BYTES) this.release();
  }

  /** Decoded text, kept as long as it may have to be sent. */
  remember(bytes: Buffer): void {
    if (this.#head === null) return;
    this.#decodedBytes += bytes.length;
    if (this.#decodedBytes <= MAX_DECODED_BYTES) this.#decoded.push(bytes);
    else this.#decoded = [];
  }

  /** Lets everything go; from now on pieces pass at once. */
  release(): void {
    const head = this.#head;
    const pieces = this.#pieces;
    this.drop();
    if (head === null) return;
    this.#out.head(head);
    for (const bytes of pieces) this.#out.body(bytes);
  }

  /** Takes the pieces back: the decoded text to send in their place, behind a head of its own. null: too late or too much, or there is no such head. */
  replace(change: (head: ResponseHead) => ResponseHead | null): Buffer[] | null {
    const head = this.#head === null || this.#decodedBytes > MAX_DECODED_BYTES ? null : change(this.#head);
    if (head === null) return null;
    const decoded = this.#decoded;
    this.drop();
    this.#head = head;
    return decoded;
  }

  drop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#head = null;
    this.#pieces = [];
    this.#decoded = [];
  }
}

/** Its length is stated, and small. */
function isShort({ headers }: ResponseHead): boolean {
  const length = headerValue(headers, "content-length");
  return length !== null && headerValue(headers, "transfer-encoding") === null && Number(length) <= MAX_HELD_BYTES;
}
