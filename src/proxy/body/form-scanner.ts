// Follows an application/x-www-form-urlencoded body (WHATWG URL §5.1) and hands over the values of one field. Memory is bounded:
// a name or value longer than any that could fit is passed on as it comes.
import type { FieldScanner, OnValue } from "./field-rewriter.ts";

const AMPERSAND = 0x26;
const EQUALS = 0x3d;

type State = "name" | "other-name" | "other-value" | "value" | "long-value";

export class FormScanner implements FieldScanner {
  readonly #name: string;
  readonly #maxBytes: number;
  readonly #onValue: OnValue;
  #state: State = "name";
  /** Bytes of the name or value under way; those of a value have not left yet. */
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** @param maxValueLength of the texts that count; in the body a character may be written as `%XX` */
  constructor(name: string, maxValueLength: number, onValue: OnValue) {
    this.#name = name;
    this.#maxBytes = 3 * Math.max(maxValueLength, name.length) + 3;
    this.#onValue = onValue;
  }

  push(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let at = 0;
    while (at < chunk.length) {
      const end = this.#endOfToken(chunk, at);
      const token = chunk.subarray(at, end);
      at = end;
      this.#take(token, out);
      if (at >= chunk.length) break;
      this.#delimit(chunk[at] ?? 0, out);
      out.push(chunk.subarray(at, at + 1));
      at += 1;
    }
    return Buffer.concat(out);
  }

  end(): Buffer {
    const out: Buffer[] = [];
    this.#delimit(AMPERSAND, out);
    return Buffer.concat(out);
  }

  #endOfToken(chunk: Buffer, from: number): number {
    const ampersand = orEnd(chunk.indexOf(AMPERSAND, from), chunk);
    if (this.#state !== "name") return ampersand;
    return Math.min(ampersand, orEnd(chunk.subarray(0, ampersand).indexOf(EQUALS, from), chunk));
  }

  #take(token: Buffer, out: Buffer[]): void {
    if (this.#state === "value") {
      this.#hold(token);
      if (this.#heldBytes > this.#maxBytes) {
        out.push(...this.#release());
        this.#onValue(null, Buffer.alloc(0));
        this.#state = "long-value";
      }
      return;
    }
    out.push(token);
    if (this.#state !== "name") return;
    this.#hold(token);
    if (this.#heldBytes > this.#maxBytes) {
      this.#release();
      this.#state = "other-name";
    }
  }

  #delimit(byte: number, out: Buffer[]): void {
    const raw = Buffer.concat(this.#release());
    if (this.#state === "value") out.push(this.#onValue(decodeForm(raw), raw) ?? raw);
    const isField = this.#state === "name" && byte === EQUALS && decodeForm(raw) === this.#name;
    if (byte === AMPERSAND) this.#state = "name";
    else this.#state = isField ? "value" : "other-value";
  }

  #hold(token: Buffer): void {
    this.#held.push(token);
    this.#heldBytes += token.length;
  }

  #release(): Buffer[] {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return held;
  }
}

function orEnd(index: number, chunk: Buffer): number {
  return index < 0 ? chunk.length : index;
}

/** `+` is a space; an escape that is none stays as it is. */
function decodeForm(raw: Buffer): string {
  const bytes = raw.toString("latin1").replaceAll("+", " ");
  const decoded = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1").toString("utf8");
}
