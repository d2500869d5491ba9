// The WebSocket messages from the upstream as a stream to the client, searched for the credential. Part of step 10, respond.
// In: bytes after the handshake, and its head. Out: the same with the credential masked. In block mode, and when something comes that
// nobody could look into, the stream fails and both connections end.
import { type Duplex, Transform, type TransformCallback } from "node:stream";
import { KeywardError, toKeywardError } from "../../../core/errors.ts";
import { headerValue, type RawHeaders } from "../../../core/headers.ts";
import { echoed } from "../answer-scrub.ts";
import type { Scrub } from "../armed.ts";
import { maskFields } from "../find/mask-fields.ts";
import { MessageScrub } from "./message-scrub.ts";

export class MessageStream extends Transform {
  failure: KeywardError | null = null;
  readonly #scrub: Scrub;
  readonly #host: string;
  readonly #messages: MessageScrub;

  constructor(scrub: Scrub, host: string) {
    super();
    this.#scrub = scrub;
    this.#host = host;
    this.#messages = new MessageScrub(scrub.finder);
  }

  /** Matches so far. */
  get count(): number {
    return this.#messages.count;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      const bytes = this.#messages.push(chunk);
      if (this.#scrub.mode === "block" && this.count > 0) throw echoed(this.#host);
      done(null, bytes);
    } catch (error) {
      this.failure = toKeywardError(error);
      done(this.failure);
    }
  }
}

/** The fields of a 101. @throws CREDENTIAL_ECHOED, UPSTREAM_BROKEN; the upstream's socket is gone then */
export function searchSwitch(
  headers: RawHeaders,
  { mode, finder }: Scrub,
  { host, socket }: { readonly host: string; readonly socket: Duplex },
): { readonly headers: RawHeaders; readonly count: number } {
  const { texts, count } = maskFields(finder, headers);
  const isExtended = headerValue(headers, "sec-websocket-extensions") !== null;
  if (!isExtended && (mode === "mask" || count === 0)) return { headers: texts, count };
  socket.destroy();
  if (!isExtended) throw echoed(host);
  throw new KeywardError("UPSTREAM_BROKEN", "the upstream switched to a WebSocket extension that nobody offered");
}
