// Step 10, respond, for a WebSocket: the frames from the upstream with the credential masked in their messages (RFC 6455 §5).
// In: bytes after the handshake. Out: the same frames; the lengths never change. A message may come in many frames, with control frames
// between them; a match lies within one message. Throws on what a server must not send, since nobody could look into it.
import { KeywardError } from "../../../core/errors.ts";
import type { KeyFinder } from "../find/key-finder.ts";
import { maskBytes } from "../find/mask-fields.ts";
import { MaskedStream } from "../find/masked-stream.ts";

interface Frame {
  readonly isControl: boolean;
  readonly isFinal: boolean;
  /** Payload bytes still to come. */
  left: number;
}

const MAX_CONTROL_BYTES = 125;
const NOTHING = Buffer.alloc(0);

export class MessageScrub {
  readonly #finder: KeyFinder;
  readonly #message: MaskedStream;
  #controlCount = 0;
  /** A head, or a control frame, that is not complete yet. */
  #unread: Buffer = NOTHING;
  #frame: Frame | null = null;

  constructor(finder: KeyFinder) {
    this.#finder = finder;
    this.#message = new MaskedStream(finder);
  }

  /** Matches so far. */
  get count(): number {
    return this.#message.count + this.#controlCount;
  }

  /** What may be passed on now. @throws UPSTREAM_BROKEN */
  push(chunk: Buffer): Buffer {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    this.#unread = NOTHING;
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = this.#frame === null ? this.#begin(bytes, at, parts) : this.#passPayload(bytes, at, parts);
      if (next === null) {
        this.#unread = Buffer.from(bytes.subarray(at));
        break;
      }
      at = next;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  /** Where to go on; null: more has to come. */
  #begin(bytes: Buffer, at: number, parts: Buffer[]): number | null {
    const head = readHead(bytes, at);
    if (head === null) return null;
    const { frame, headBytes } = head;
    const payloadAt = at + headBytes;
    if (!frame.isControl) {
      parts.push(this.#message.push(bytes.subarray(at, payloadAt), []));
      this.#frame = frame;
      return frame.left === 0 ? this.#endFrame(frame, payloadAt, parts) : payloadAt;
    }
    // A control frame is short and has a text of its own: it is looked into whole.
    const end = payloadAt + frame.left;
    if (end > bytes.length) return null;
    this.#controlCount += maskBytes(this.#finder, bytes.subarray(payloadAt, end));
    parts.push(this.#message.push(bytes.subarray(at, end), []));
    return end;
  }

  #passPayload(bytes: Buffer, at: number, parts: Buffer[]): number {
    const frame = this.#frame as Frame;
    const end = Math.min(bytes.length, at + frame.left);
    frame.left -= end - at;
    parts.push(this.#message.push(bytes.subarray(at, end), null));
    return frame.left === 0 ? this.#endFrame(frame, end, parts) : end;
  }

  #endFrame(frame: Frame, end: number, parts: Buffer[]): number {
    this.#frame = null;
    if (frame.isFinal) parts.push(this.#message.end());
    return end;
  }
}

/** null: more has to come. */
function readHead(bytes: Buffer, at: number): { readonly frame: Frame; readonly headBytes: number } | null {
  if (bytes.length < at + 2) return null;
  const [first, second] = [bytes[at] as number, bytes[at + 1] as number];
  const isControl = (first & 0x08) !== 0;
  const isFinal = (first & 0x80) !== 0;
  // No extension was offered, and only clients mask.
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) throw broken();
  const short = second & 0x7f;
  if (isControl && (short > MAX_CONTROL_BYTES || !isFinal)) throw broken();
  const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < at + headBytes) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  if (!Number.isSafeInteger(length)) throw broken();
  return { frame: { isControl, isFinal, left: length }, headBytes };
}

function broken(): KeywardError {
  return new KeywardError("UPSTREAM_BROKEN", "the upstream sent a WebSocket frame that no server may send");
}
