// Signs an `aws-chunked` body anew (Amazon S3, "Transferring payload in multiple chunks"): each chunk's signature covers its bytes and
// the signature before it, and stands in front of them, so one chunk at a time is held. In: the body as the child signed it.
// Out: the same bytes with other signatures, as many as came in.
import { KeywardError } from "../../core/errors.ts";
import type { BodyRewriter } from "../body/body-rewriter.ts";
import { sha256Hex } from "./canonical-request.ts";
import { formatScope, sign, type Signing } from "./signature.ts";

/** Clients use 64 to 128 KiB; more than this would have to be held for a single chunk. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const MAX_LINE_BYTES = 8 * 1024;
const CHUNK_LINE = /^([0-9a-fA-F]{1,8});chunk-signature=[0-9a-f]{64}$/;
const TRAILER_SIGNATURE = "x-amz-trailer-signature";

export class ChunkSigner implements BodyRewriter {
  readonly keepsLength = true;
  readonly #signing: Signing;
  #previous: string;
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  /** Bytes needed before anything can be done; -1: a line is due. */
  #wanted = -1;
  #size = 0;
  #trailers: string[] | null = null;
  #isOver = false;

  /** @param seed the signature in the request's head */
  constructor(signing: Signing, seed: string) {
    this.#signing = signing;
    this.#previous = seed;
  }

  lockLength(): void {}

  /** @throws SIGNATURE_UNSUPPORTED */
  push(chunk: Buffer): Buffer {
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes < this.#wanted) return Buffer.alloc(0);
    const out: Buffer[] = [];
    let bytes = this.#unread.length === 1 ? chunk : Buffer.concat(this.#unread);
    for (let taken = this.#take(bytes, out); taken > 0; taken = this.#take(bytes, out)) bytes = bytes.subarray(taken);
    this.#unread = [bytes];
    this.#unreadBytes = bytes.length;
    return Buffer.concat(out);
  }

  end(): Buffer {
    if (!this.#isOver || this.#unreadBytes > 0) throw unsupported("the chunked body does not end as it should");
    return Buffer.alloc(0);
  }

  /** One line, or one chunk. Out: how many bytes were used up. */
  #take(bytes: Buffer, out: Buffer[]): number {
    if (this.#isOver) {
      if (bytes.length > 0) throw unsupported("the chunked body goes on after its end");
      return 0;
    }
    if (this.#wanted >= 0) return this.#takeData(bytes, out);
    const end = bytes.indexOf("\r\n");
    if (end < 0) {
      if (bytes.length > MAX_LINE_BYTES) throw unsupported("a line of the chunked body is too long");
      return 0;
    }
    const line = bytes.toString("latin1", 0, end);
    if (this.#trailers === null) this.#chunkLine(line, out);
    else this.#trailerLine(line, out, this.#trailers);
    return end + 2;
  }

  #chunkLine(line: string, out: Buffer[]): void {
    const size = Number.parseInt(CHUNK_LINE.exec(line)?.[1] ?? "", 16);
    if (Number.isNaN(size)) throw unsupported("the chunked body is not signed chunk by chunk");
    if (size > MAX_CHUNK_BYTES) throw unsupported(`a chunk of the body is over ${MAX_CHUNK_BYTES / 1024 / 1024} MiB`);
    this.#size = size;
    if (size > 0) {
      this.#wanted = size + 2;
      return;
    }
    out.push(Buffer.from(`${line.slice(0, line.indexOf("="))}=${this.#sign(Buffer.alloc(0))}\r\n`));
    this.#trailers = [];
  }

  #takeData(bytes: Buffer, out: Buffer[]): number {
    if (bytes.length < this.#wanted) return 0;
    const data = bytes.subarray(0, this.#size);
    if (bytes.toString("latin1", this.#size, this.#size + 2) !== "\r\n") throw unsupported("a chunk does not end where it says");
    out.push(Buffer.from(`${this.#size.toString(16)};chunk-signature=${this.#sign(data)}\r\n`), bytes.subarray(0, this.#wanted));
    const taken = this.#wanted;
    this.#wanted = -1;
    return taken;
  }

  #trailerLine(line: string, out: Buffer[], trailers: string[]): void {
    if (line === "") this.#isOver = true;
    const [name = "", ...value] = line.split(":");
    if (name.toLowerCase() === TRAILER_SIGNATURE) {
      out.push(Buffer.from(`${name}:${this.#signTrailers(trailers)}\r\n`));
      return;
    }
    if (line !== "") trailers.push(`${name.toLowerCase().trim()}:${value.join(":").trim()}\n`);
    out.push(Buffer.from(`${line}\r\n`, "latin1"));
  }

  #sign(data: Buffer): string {
    const { key, time, scope } = this.#signing;
    const lines = ["AWS4-HMAC-SHA256-PAYLOAD", time, formatScope(scope), this.#previous, sha256Hex(""), sha256Hex(data)];
    this.#previous = sign(key, lines);
    return this.#previous;
  }

  #signTrailers(trailers: readonly string[]): string {
    const { key, time, scope } = this.#signing;
    return sign(key, ["AWS4-HMAC-SHA256-TRAILER", time, formatScope(scope), this.#previous, sha256Hex(trailers.join(""))]);
  }
}

function unsupported(why: string): KeywardError {
  return new KeywardError("SIGNATURE_UNSUPPORTED", `the request cannot be signed anew: ${why}`);
}
