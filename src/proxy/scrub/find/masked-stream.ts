// Bytes on their way to the child, with every match of the credential overwritten by as many asterisks. Part of step 10, respond.
// In: pieces of a message, with the places in them that are payload (chunk and frame heads are not). Out: the same pieces, uncopied.
// Held back is only what may be the beginning of a match; framing around it waits with it. Lengths never change.
import type { KeyFinder } from "./key-finder.ts";
import type { KeyForm } from "./key-forms.ts";
import { KeyScan } from "./key-scan.ts";

/** From and to (exclusive). */
export type Range = readonly [number, number];

/** A piece that has not been passed on whole. */
interface Held {
  readonly bytes: Buffer;
  readonly payload: readonly Range[];
  /** Position of its first payload byte in the stream. */
  readonly start: number;
  /** How much of it has been passed on. */
  sent: number;
}

const ASTERISK = 0x2a;
const NOTHING = Buffer.alloc(0);

export class MaskedStream {
  readonly #scan: KeyScan;
  #held: Held[] = [];

  constructor(finder: KeyFinder) {
    this.#scan = new KeyScan(finder);
  }

  /** Matches so far. */
  get count(): number {
    return this.#scan.count;
  }

  /** Of the first match. */
  get firstForm(): KeyForm | null {
    return this.#scan.firstForm;
  }

  /** Payload bytes so far. */
  get position(): number {
    return this.#scan.position;
  }

  /** Those of them that can change no more. */
  get decided(): number {
    return this.#scan.decided;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** What is held back is so little of a credential that it may go when nothing follows for a while. */
  get mayPassOpen(): boolean {
    return this.#scan.mayPassOpen;
  }

  /** @param payload null: all of it. Returns what may be passed on now; `bytes` itself in most cases. */
  push(bytes: Buffer, payload: readonly Range[] | null): Buffer {
    const scan = this.#scan;
    const before = scan.count;
    if (this.#held.length > 0) return this.#pushHeld(bytes, payload ?? [[0, bytes.length]]);
    const start = scan.position;
    if (payload === null) scan.feed(bytes, 0, bytes.length);
    else if (payload.length === 1 && payload[0] !== undefined) scan.feed(bytes, payload[0][0], payload[0][1]);
    else if (payload.length > 1) return this.#pushHeld(bytes, payload);
    if (scan.count === before && scan.decided === scan.position) return bytes;
    this.#held.push({ bytes, payload: payload ?? [[0, bytes.length]], start, sent: 0 });
    this.#mask();
    return this.#take(scan.decided);
  }

  /** Nothing follows: all that was held back. The next piece begins a text of its own. */
  end(): Buffer {
    this.#scan.end();
    this.#mask();
    return this.#takeAll();
  }

  /** What is held back, although it may be the beginning of a match; should it be one, the rest is masked. */
  passOpen(): Buffer {
    return this.#takeAll();
  }

  #pushHeld(bytes: Buffer, payload: readonly Range[]): Buffer {
    this.#held.push({ bytes, payload, start: this.#scan.position, sent: 0 });
    for (const [from, to] of payload) {
      this.#scan.feed(bytes, from, to);
      this.#mask();
    }
    return this.#take(this.#scan.decided);
  }

  #mask(): void {
    const { hits } = this.#scan;
    for (let i = 0; i < hits.length; i += 2) {
      for (const held of this.#held) overwrite(held, hits[i] ?? 0, hits[i + 1] ?? 0);
    }
  }

  /** Everything before the position `decided`, and the framing around it. */
  #take(decided: number): Buffer {
    const parts: Buffer[] = [];
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const end = offsetOf(first, decided);
      if (end > first.sent) parts.push(first.bytes.subarray(first.sent, end));
      first.sent = Math.max(first.sent, end);
      if (end < first.bytes.length) break;
      this.#held.shift();
    }
    return joined(parts);
  }

  #takeAll(): Buffer {
    const parts = this.#held.map(({ bytes, sent }) => bytes.subarray(sent));
    this.#held = [];
    return joined(parts);
  }
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? (parts[0] as Buffer) : parts.length === 0 ? NOTHING : Buffer.concat(parts);
}

/** Where in the piece the payload byte at `position` stands; its length when that byte comes later. */
function offsetOf({ bytes, payload, start }: Held, position: number): number {
  let at = start;
  for (const [from, to] of payload) {
    if (position < at + to - from) return from + position - at;
    at += to - from;
  }
  return bytes.length;
}

function overwrite({ bytes, payload, start, sent }: Held, hitFrom: number, hitTo: number): void {
  let at = start;
  for (const [from, to] of payload) {
    const first = Math.max(from + hitFrom - at, from, sent);
    const end = Math.min(from + hitTo - at, to);
    if (first < end) bytes.fill(ASTERISK, first, end);
    at += to - from;
  }
}
