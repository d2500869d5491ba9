// A copy of a small request body under a content coding, so that what is inside can be searched before any of it leaves. Part of step 9.
// In: pieces as they may leave otherwise, with their payload. Out: the same pieces together at the end, and the text they decode to.
// Only where the length is stated: whoever streams may wait for an answer to what it has sent so far.
import * as zlib from "node:zlib";
import { headerValue, type RawHeaders } from "../../core/headers.ts";
import { type Coding, codingsOf } from "../scrub/coded/content-coding.ts";
import type { Range } from "../scrub/find/masked-stream.ts";

/** What a client sends to report something is smaller. It is decoded in one go, while everybody waits: some milliseconds at most. */
const MAX_CODED_BYTES = 64 * 1024;
const MAX_TEXT_BYTES = 2 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export class CodedCopy {
  readonly #codings: readonly Coding[];
  #held: Buffer[] = [];
  #payload: Buffer[] = [];
  #bytes = 0;
  /** More came than was said. */
  #isOver = false;

  constructor(codings: readonly Coding[]) {
    this.#codings = codings;
  }

  /** Takes `passed` back until the end, and a copy of the payload. @param payload null: all of `bytes` */
  hold(passed: Buffer, bytes: Buffer, payload: readonly Range[] | null): Buffer {
    if (this.#isOver) return passed;
    this.#held.push(passed);
    for (const [from, to] of payload ?? [[0, bytes.length] as const]) {
      this.#payload.push(Buffer.from(bytes.subarray(from, to)));
      this.#bytes += to - from;
    }
    if (this.#bytes <= MAX_CODED_BYTES) return NOTHING;
    this.#isOver = true;
    return this.release();
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** null: it cannot be decoded, or not within bounds. A text that is cut short is one. */
  text(): Buffer | null {
    if (this.#isOver) return null;
    try {
      return this.#codings.reduce<Buffer>(decode, Buffer.concat(this.#payload));
    } catch {
      return null;
    }
  }

  /** Everything that was held back. */
  release(): Buffer {
    const all = Buffer.concat(this.#held);
    this.#held = [];
    this.#payload = [];
    return all;
  }
}

/** null: nothing is to be taken off, or it is not known to be small. */
export function codedCopyFor(headers: RawHeaders): CodedCopy | null {
  const length = headerValue(headers, "content-length");
  if (length === null || Number(length) > MAX_CODED_BYTES || headerValue(headers, "content-encoding") === null) return null;
  const codings = codingsOf(headers);
  return codings === null || codings.length === 0 ? null : new CodedCopy(codings);
}

function decode(bytes: Buffer, coding: Coding): Buffer {
  const options = { maxOutputLength: MAX_TEXT_BYTES, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  switch (coding) {
    case "gzip":
      return zlib.gunzipSync(bytes, options);
    case "deflate":
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
    case "br":
      return zlib.brotliDecompressSync(bytes, { ...options, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH });
    case "zstd":
      return (zlib as unknown as { zstdDecompressSync: (from: Buffer, how: object) => Buffer }).zstdDecompressSync(bytes, {
        maxOutputLength: MAX_TEXT_BYTES,
      });
  }
}
