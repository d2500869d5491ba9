// Follows the framing of one body through chunks of bytes, without copying or re-encoding any of them (RFC 9112 §6, §7.1).
// In: the framing, then bytes as they come. Out: where the body ends in them and how much payload it carried. Throws on
// anything that is not plainly the framing it was told.
import type { Framing } from "./head-grammar.ts";

export interface BodyScanner {
  /** Payload bytes so far, chunk framing not counted. */
  readonly payloadBytes: number;
  readonly isDone: boolean;
  /** Returns how many of `bytes` from `start` on belong to the body. @throws Error when the framing is broken */
  feed(bytes: Buffer, start: number): number;
}

export interface ScanOptions {
  /** Chunk extensions and trailers: servers send them in answers; in requests they are refused. */
  readonly allowsExtras: boolean;
}

export function scanBody(framing: Framing, options: ScanOptions): BodyScanner {
  switch (framing.kind) {
    case "none":
      return { payloadBytes: 0, isDone: true, feed: () => 0 };
    case "length":
      return new LengthScanner(framing.bytes);
    case "close":
      return new LengthScanner(Number.POSITIVE_INFINITY);
    case "chunked":
      return new ChunkScanner(options.allowsExtras);
  }
}

class LengthScanner implements BodyScanner {
  payloadBytes = 0;
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  feed(bytes: Buffer, start: number): number {
    const taken = Math.min(this.#left, bytes.length - start);
    this.#left -= taken;
    this.payloadBytes += taken;
    return taken;
  }
}

type State = "size" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" | "trailer" | "trailer-lf" | "end-lf" | "done";

const CR = 13;
const LF = 10;
const MAX_SIZE_DIGITS = 12;
const MAX_LINE_BYTES = 8 * 1024;

class ChunkScanner implements BodyScanner {
  payloadBytes = 0;
  #state: State = "size";
  #size = 0;
  #digits = 0;
  #lineBytes = 0;
  readonly #allowsExtras: boolean;

  constructor(allowsExtras: boolean) {
    this.#allowsExtras = allowsExtras;
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  feed(bytes: Buffer, start: number): number {
    let at = start;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") {
        const taken = Math.min(this.#size, bytes.length - at);
        this.#size -= taken;
        this.payloadBytes += taken;
        at += taken;
        if (this.#size === 0) this.#state = "data-cr";
      } else {
        this.#step(bytes[at] ?? 0);
        at += 1;
      }
    }
    return at - start;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case "size":
        return this.#sizeByte(byte);
      case "extension":
        return this.#lineByte(byte, "size-lf");
      case "size-lf":
        return this.#expect(byte, LF, this.#size === 0 ? "trailer" : "data");
      case "data-cr":
        return this.#expect(byte, CR, "data-lf");
      case "data-lf":
        return this.#expect(byte, LF, "size");
      case "trailer":
        if (byte === CR && this.#lineBytes === 0) this.#state = "end-lf";
        else if (this.#allowsExtras) this.#lineByte(byte, "trailer-lf");
        else throw broken();
        return;
      case "trailer-lf":
        return this.#expect(byte, LF, "trailer");
      case "end-lf":
        return this.#expect(byte, LF, "done");
      default:
        throw broken();
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > MAX_SIZE_DIGITS) throw broken();
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw broken();
    if (byte === CR) this.#state = "size-lf";
    else if (byte === 0x3b && this.#allowsExtras) this.#state = "extension";
    else throw broken();
  }

  /** A byte of an extension or trailer line: visible, space, tab or obs-text, up to the CR. */
  #lineByte(byte: number, afterCr: State): void {
    if (byte === CR) {
      this.#state = afterCr;
      return;
    }
    this.#lineBytes += 1;
    if (this.#lineBytes > MAX_LINE_BYTES || byte === 0x7f || (byte < 0x20 && byte !== 9)) throw broken();
  }

  #expect(byte: number, wanted: number, next: State): void {
    if (byte !== wanted) throw broken();
    this.#state = next;
    this.#lineBytes = 0;
    if (next === "size") {
      this.#size = 0;
      this.#digits = 0;
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function broken(): Error {
  return Object.assign(new Error("the body breaks its framing"), { code: "BODY_FRAMING" });
}
