// Step 10, respond, for a WebSocket: the frames from the upstream with the credential masked in their messages (RFC 6455 §5).
// In: bytes after the handshake, and whether messages may be compressed. Out: the same frames; the lengths never change, but of a compressed
// message with a match. A message may come in many frames, with control frames between them; a match lies within one message. Rejects what a
// server must not send, since nobody could look into it.
import type { KeyFinder } from "../find/key-finder.ts";
import { maskBytes } from "../find/mask-fields.ts";
import { MaskedStream } from "../find/masked-stream.ts";
import { DeflatedMessages } from "./deflated-messages.ts";
import type { Deflate } from "./extensions.ts";
import { CONTINUATION, type Frame, readHead } from "./frame.ts";

const NOTHING = Buffer.alloc(0);

export class MessageScrub {
  readonly #finder: KeyFinder;
  readonly #message: MaskedStream;
  #controlCount = 0;
  /** A head, or a control frame, that is not complete yet. */
  #unread: Buffer = NOTHING;
  #frame: Frame | null = null;
  /** null: nothing may be compressed. */
  readonly #deflated: DeflatedMessages | null;
  /** Of the message that is under way. */
  #isCompressed = false;

  constructor(finder: KeyFinder, deflate: Deflate | null) {
    this.#finder = finder;
    this.#message = new MaskedStream(finder);
    this.#deflated = deflate === null ? null : new DeflatedMessages(finder, deflate);
  }

  /** Matches so far. */
  get count(): number {
    return this.#message.count + this.#controlCount + (this.#deflated?.count ?? 0);
  }

  /** The credential is in a message that cannot be masked any more. */
  get isStuck(): boolean {
    return this.#deflated?.isStuck === true;
  }

  stop(): void {
    this.#deflated?.stop();
  }

  /** What may be passed on now. One at a time. Rejects with UPSTREAM_BROKEN. */
  async push(chunk: Buffer): Promise<Buffer> {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    this.#unread = NOTHING;
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = this.#frame === null ? await this.#begin(bytes, at, parts) : await this.#passPayload(bytes, at, parts);
      if (next === null) {
        this.#unread = Buffer.from(bytes.subarray(at));
        break;
      }
      at = next;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  /** Where to go on; null: more has to come. */
  async #begin(bytes: Buffer, at: number, parts: Buffer[]): Promise<number | null> {
    const head = readHead(bytes, at, this.#deflated !== null);
    if (head === null) return null;
    const { frame, headBytes } = head;
    const payloadAt = at + headBytes;
    if (!frame.isControl) {
      if (frame.opcode !== CONTINUATION) this.#beginMessage(frame);
      const headOf = bytes.subarray(at, payloadAt);
      if (this.#isCompressed) this.#deflated?.head(headOf);
      else parts.push(this.#message.push(headOf, []));
      this.#frame = frame;
      return frame.left === 0 ? await this.#endFrame(frame, payloadAt, parts) : payloadAt;
    }
    // A control frame is short and has a text of its own: it is looked into whole.
    const end = payloadAt + frame.left;
    if (end > bytes.length) return null;
    this.#controlCount += maskBytes(this.#finder, bytes.subarray(payloadAt, end));
    this.#passControl(bytes.subarray(at, end), parts);
    return end;
  }

  #beginMessage({ opcode, isCompressed }: Frame): void {
    this.#isCompressed = isCompressed;
    if (isCompressed) this.#deflated?.begin(opcode);
  }

  #passControl(bytes: Buffer, parts: Buffer[]): void {
    if (!this.#isCompressed || this.#deflated === null) return void parts.push(this.#message.push(bytes, []));
    this.#deflated.control(bytes);
    parts.push(...this.#deflated.release());
  }

  async #passPayload(bytes: Buffer, at: number, parts: Buffer[]): Promise<number> {
    const frame = this.#frame as Frame;
    const end = Math.min(bytes.length, at + frame.left);
    frame.left -= end - at;
    const payload = bytes.subarray(at, end);
    if (this.#deflated === null || !this.#isCompressed) parts.push(this.#message.push(payload, null));
    else {
      await this.#deflated.payload(payload);
      parts.push(...this.#deflated.release());
    }
    return frame.left === 0 ? await this.#endFrame(frame, end, parts) : end;
  }

  async #endFrame(frame: Frame, end: number, parts: Buffer[]): Promise<number> {
    this.#frame = null;
    if (!frame.isFinal) return end;
    if (this.#deflated !== null && this.#isCompressed) {
      await this.#deflated.end();
      parts.push(...this.#deflated.release());
    } else parts.push(this.#message.end());
    this.#isCompressed = false;
    return end;
  }
}
