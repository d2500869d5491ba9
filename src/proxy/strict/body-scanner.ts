// Follows the framing of one body through chunks of bytes, without re-encoding any of them (RFC 9112 §6, §7.1).
// In: the framing, then bytes as they come. Out: where the body ends in them, how much payload it carried, and which bytes stay
// behind: chunk extensions always, trailers where told so. Throws on anything that is not plainly the framing it was told.
import { type Framing, withoutOuterSpace } from "./head-grammar.ts";

/** From and to (exclusive) in the bytes of the last `feed`. */
type Range = readonly [number, number];

export interface BodyScanner {
  /** Payload bytes so far, chunk framing not counted. */
  readonly payloadBytes: number;
  readonly isDone: boolean;
  /** Bytes of the last `feed` that are not passed on, in order. Mostly none. */
  readonly omitted: readonly Range[];
  /** When decoding: the payload in the bytes of the last `feed`. */
  readonly payload: readonly Range[];
  /** So far, name and value in turn. */
  readonly trailers: readonly string[];
  /** Returns how many of `bytes` from `start` on belong to the body. @throws Error when the framing is broken */
  feed(bytes: Buffer, start: number): number;
}

export interface ScanOptions {
  /** false: what follows the last chunk is omitted, its end included, for the caller to write anew from `trailers`. */
  readonly keepsTrailers: boolean;
  /** The payload is wanted without its framing. */
  readonly decodes?: boolean;
}

export function scanBody(framing: Framing, options: ScanOptions): BodyScanner {
  switch (framing.kind) {
    case "none":
      return { payloadBytes: 0, isDone: true, omitted: [], payload: [], trailers: [], feed: () => 0 };
    case "length":
      return new LengthScanner(framing.bytes);
    case "close":
      return new LengthScanner(Number.POSITIVE_INFINITY);
    case "chunked":
      return new ChunkScanner(options);
  }
}

/** What to pass on of the `taken` bytes from `start` on; the bytes themselves, uncopied, when nothing is omitted. */
export function withoutOmitted(scanner: BodyScanner, bytes: Buffer, taken: { readonly start: number; readonly count: number }): Buffer {
  const end = taken.start + taken.count;
  if (scanner.omitted.length === 0) return taken.count === bytes.length ? bytes : bytes.subarray(taken.start, end);
  const parts: Buffer[] = [];
  let from = taken.start;
  for (const [omittedFrom, omittedTo] of scanner.omitted) {
    parts.push(bytes.subarray(from, omittedFrom));
    from = omittedTo;
  }
  return Buffer.concat([...parts, bytes.subarray(from, end)]);
}

/** The payload's places in what is left of the bytes when those before `start`, and the omitted ones, are taken out. */
export function payloadIn(body: BodyScanner, { start }: { readonly start: number }): Range[] {
  return body.payload.map(([from, to]): Range => {
    let gone = start;
    for (const [omittedFrom, omittedTo] of body.omitted) if (omittedTo <= from) gone += omittedTo - omittedFrom;
    return [from - gone, to - gone];
  });
}

class LengthScanner implements BodyScanner {
  readonly omitted: readonly Range[] = [];
  readonly trailers: readonly string[] = [];
  payload: readonly Range[] = [];
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
    this.payload = taken === 0 ? [] : [[start, start + taken]];
    this.payloadBytes += taken;
    return taken;
  }
}

type State = "size" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" | "trailer" | "trailer-lf" | "end-lf" | "done";

const CR = 13;
const LF = 10;
const SEMICOLON = 0x3b;
const MAX_SIZE_DIGITS = 12;
const MAX_LINE_BYTES = 8 * 1024;
const MAX_TRAILER_BYTES = 64 * 1024;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const EXTENSIONS = new RegExp(
  `^(?:;${TOKEN}(?:=(?:${TOKEN}|"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"))?)+$`,
);
/** Framing said again behind the body: nobody honest does, and parsers differ over it. */
const FRAMING_TRAILER = /^(?:content-length|transfer-encoding):/i;
const TRAILER = new RegExp(`^${TOKEN}:[\\t\\x20-\\x7e\\x80-\\xff]*$`);

class ChunkScanner implements BodyScanner {
  payloadBytes = 0;
  omitted: Range[] = [];
  payload: Range[] = [];
  readonly trailers: string[] = [];
  #state: State = "size";
  #size = 0;
  #digits = 0;
  #trailerBytes = 0;
  /** The extension or trailer line under way. */
  #line = "";
  /** Where in the bytes being fed the omitted ones begin; -1: nothing is being omitted. */
  #omitFrom = -1;
  readonly #keepsTrailers: boolean;
  readonly #decodes: boolean;

  constructor({ keepsTrailers, decodes = false }: ScanOptions) {
    this.#keepsTrailers = keepsTrailers;
    this.#decodes = decodes;
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  feed(bytes: Buffer, start: number): number {
    if (this.omitted.length > 0) this.omitted = [];
    if (this.payload.length > 0) this.payload = [];
    if (this.#omitFrom >= 0) this.#omitFrom = start;
    let at = start;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") {
        const taken = Math.min(this.#size, bytes.length - at);
        this.#size -= taken;
        this.payloadBytes += taken;
        if (this.#decodes) this.payload.push([at, at + taken]);
        at += taken;
        if (this.#size === 0) this.#state = "data-cr";
      } else {
        this.#step(bytes[at] ?? 0, at);
        at += 1;
      }
    }
    if (this.#omitFrom >= 0) this.#omit(this.#omitFrom, at);
    return at - start;
  }

  #step(byte: number, at: number): void {
    switch (this.#state) {
      case "size":
        return this.#sizeByte(byte, at);
      case "extension":
        return this.#lineByte(byte, () => this.#endExtension(at));
      case "size-lf":
        return this.#expect(byte, LF, this.#size === 0 ? "trailer" : "data");
      case "data-cr":
        return this.#expect(byte, CR, "data-lf");
      case "data-lf":
        this.#size = 0;
        this.#digits = 0;
        return this.#expect(byte, LF, "size");
      case "trailer":
        if (this.#omitFrom < 0 && !this.#keepsTrailers) this.#omitFrom = at;
        if (byte === CR && this.#line === "") this.#state = "end-lf";
        else this.#trailerByte(byte);
        return;
      case "trailer-lf":
        return this.#expect(byte, LF, "trailer");
      case "end-lf":
        this.#expect(byte, LF, "done");
        return this.#stopOmitting(at + 1);
      default:
        throw broken();
    }
  }

  #sizeByte(byte: number, at: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > MAX_SIZE_DIGITS) throw broken();
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw broken();
    if (byte === CR) this.#state = "size-lf";
    else if (byte === SEMICOLON) {
      this.#state = "extension";
      this.#line = ";";
      this.#omitFrom = at;
    } else throw broken();
  }

  #endExtension(at: number): void {
    if (!EXTENSIONS.test(this.#line)) throw broken();
    this.#line = "";
    this.#stopOmitting(at);
    this.#state = "size-lf";
  }

  #trailerByte(byte: number): void {
    this.#trailerBytes += 1;
    if (this.#trailerBytes > MAX_TRAILER_BYTES) throw broken();
    this.#lineByte(byte, () => {
      if (!TRAILER.test(this.#line) || FRAMING_TRAILER.test(this.#line)) throw broken();
      const colon = this.#line.indexOf(":");
      this.trailers.push(this.#line.slice(0, colon), withoutOuterSpace(this.#line, colon + 1));
      this.#line = "";
      this.#state = "trailer-lf";
    });
  }

  /** A byte of an extension or trailer line, up to the CR. */
  #lineByte(byte: number, onEnd: () => void): void {
    if (byte === CR) return onEnd();
    if (byte === LF) throw broken();
    this.#line += String.fromCharCode(byte);
    if (this.#line.length > MAX_LINE_BYTES) throw broken();
  }

  #stopOmitting(to: number): void {
    if (this.#omitFrom < 0) return;
    this.#omit(this.#omitFrom, to);
    this.#omitFrom = -1;
  }

  #omit(from: number, to: number): void {
    if (to <= from) return;
    this.omitted.push([from, to]);
  }

  #expect(byte: number, wanted: number, next: State): void {
    if (byte !== wanted) throw broken();
    this.#state = next;
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
