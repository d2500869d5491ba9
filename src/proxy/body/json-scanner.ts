// Follows a JSON body (RFC 8259) byte by byte and hands over the string at one path of object keys. Memory is bounded: only keys and
// strings that could be the ones looked for are held, and nesting elsewhere is counted, not kept. What is not JSON passes as it is.
import type { FieldScanner, OnValue } from "./field-rewriter.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** value: one is due · key: a key or the object's end · in-key, in-target: inside a string that is held · skip: inside another value. */
type State = "value" | "key" | "in-key" | "colon" | "in-target" | "skip" | "after" | "passing";

export class JsonScanner implements FieldScanner {
  readonly #path: readonly string[];
  readonly #maxBytes: number;
  readonly #onValue: OnValue;
  #state: State = "value";
  /** How many objects on the path are open; their keys lead to where we are. */
  #depth = 0;
  /** The value that is due stands under the next key of the path. */
  #isOnPath = true;
  /** Inside a value that is skipped: open brackets, and where in a string. */
  #brackets = 0;
  #isInString = false;
  #isEscaped = false;
  /** Bytes of the key or string under way. Those of the string have not left yet. */
  #held: number[] = [];

  /** @param path keys from the outermost object on; at least one */
  constructor(path: readonly string[], maxValueLength: number, onValue: OnValue) {
    this.#path = path;
    this.#maxBytes = 6 * Math.max(maxValueLength, ...path.map(({ length }) => length)) + 2;
    this.#onValue = onValue;
  }

  push(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length && this.#state !== "passing"; at += 1) {
      const wasHolding = this.#state === "in-target";
      const replaced = this.#step(chunk[at] ?? 0);
      if (this.#state === "in-target" && !wasHolding) {
        out.push(chunk.subarray(from, at));
        from = at + 1;
      } else if (this.#state === "in-target") {
        from = at + 1;
      } else if (wasHolding) {
        out.push(replaced ?? Buffer.alloc(0));
        from = at + 1;
      }
    }
    out.push(chunk.subarray(from));
    return Buffer.concat(out);
  }

  end(): Buffer {
    const rest = this.#state === "in-target" ? Buffer.from(this.#held) : Buffer.alloc(0);
    this.#held = [];
    this.#state = "passing";
    return rest;
  }

  /** Out: what leaves instead of the string that was held, when it is over. */
  #step(byte: number): Buffer | null {
    if (this.#state === "skip") this.#skip(byte);
    else if (this.#state === "in-key") this.#inKey(byte);
    else if (this.#state === "in-target") return this.#inTarget(byte);
    else if (!isSpace(byte)) this.#token(byte);
    return null;
  }

  #token(byte: number): void {
    switch (this.#state) {
      case "value":
        return this.#beginValue(byte);
      case "key":
        if (byte === QUOTE) this.#hold("in-key", byte);
        else if (byte === CLOSE_OBJECT) this.#leaveObject();
        else this.#state = "passing";
        return;
      case "colon":
        this.#state = byte === COLON ? "value" : "passing";
        return;
      case "after":
        if (byte === COMMA) this.#state = "key";
        else if (byte === CLOSE_OBJECT) this.#leaveObject();
        else this.#state = "passing";
        return;
      default:
        this.#state = "passing";
    }
  }

  #beginValue(byte: number): void {
    const isTarget = this.#isOnPath && this.#depth === this.#path.length;
    if (isTarget && byte === QUOTE) return this.#hold("in-target", byte);
    if (this.#isOnPath && !isTarget && byte === OPEN_OBJECT) {
      this.#depth += 1;
      this.#isOnPath = false;
      this.#state = "key";
      return;
    }
    // Nothing at the top but an object leads to a path of keys.
    this.#state = this.#depth === 0 ? "passing" : "skip";
    this.#brackets = 0;
    this.#isInString = false;
    if (this.#state === "skip") this.#skip(byte);
  }

  #leaveObject(): void {
    this.#depth -= 1;
    this.#isOnPath = false;
    this.#state = this.#depth === 0 ? "passing" : "after";
  }

  #skip(byte: number): void {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#endSkippedString();
      return;
    }
    if (byte === QUOTE) this.#isInString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#brackets += 1;
    else if (this.#brackets > 0 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) {
      this.#brackets -= 1;
      if (this.#brackets === 0) this.#state = "after";
    } else if (this.#brackets === 0 && (byte === COMMA || byte === CLOSE_OBJECT)) {
      this.#state = "after";
      this.#token(byte);
    }
  }

  #endSkippedString(): void {
    this.#isInString = false;
    if (this.#brackets === 0) this.#state = "after";
  }

  #hold(state: "in-key" | "in-target", byte: number): void {
    this.#state = state;
    this.#held = [byte];
    this.#isEscaped = false;
  }

  #inKey(byte: number): void {
    const isOver = this.#grow(byte);
    if (!isOver) return;
    this.#isOnPath = readString(this.#held) === this.#path[this.#depth - 1];
    this.#held = [];
    this.#state = "colon";
  }

  #inTarget(byte: number): Buffer | null {
    const isOver = this.#grow(byte);
    const isTooLong = this.#held.length > this.#maxBytes;
    if (!isOver && !isTooLong) return null;
    const raw = Buffer.from(this.#held);
    this.#held = [];
    this.#state = isOver ? "after" : "skip";
    if (!isOver) {
      this.#brackets = 0;
      this.#isInString = true;
    }
    return this.#onValue(isOver ? readString([...raw]) : null, raw) ?? raw;
  }

  /** Keeps the byte, unless the string is too long to matter. Out: the string is over. */
  #grow(byte: number): boolean {
    const isOver = byte === QUOTE && !this.#isEscaped;
    this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    if (this.#state === "in-target" || this.#held.length <= this.#maxBytes || isOver) this.#held.push(byte);
    return isOver;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** A string with its quotes; null when it is not one, or was cut. */
function readString(bytes: readonly number[]): string | null {
  try {
    const text: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return typeof text === "string" ? text : null;
  } catch {
    return null;
  }
}
