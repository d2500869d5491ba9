// The WebSocket messages from the upstream as a stream to the client, searched for the credential. Part of step 10, respond.
// In: bytes after the handshake, and its head. Out: the same with the credential masked. In block mode, in a compressed message of more than
// a megabyte, and when something comes that nobody could look into, the stream fails and both connections end.
import { type Duplex, Transform, type TransformCallback } from "node:stream";
import { type KeywardError, toKeywardError } from "../../../core/errors.ts";
import type { RawHeaders } from "../../../core/headers.ts";
import { echoed } from "../answer-scrub.ts";
import type { Scrub } from "../armed.ts";
import { maskFields } from "../find/mask-fields.ts";
import { agreedDeflate, type Deflate } from "./extensions.ts";
import { MessageScrub } from "./message-scrub.ts";

export class MessageStream extends Transform {
  failure: KeywardError | null = null;
  readonly #scrub: Scrub;
  readonly #host: string;
  readonly #messages: MessageScrub;

  /** @param deflate what was agreed on for messages; null: they come uncompressed */
  constructor(scrub: Scrub, host: string, deflate: Deflate | null) {
    super();
    this.#scrub = scrub;
    this.#host = host;
    this.#messages = new MessageScrub(scrub.finder, deflate);
  }

  /** Matches so far. */
  get count(): number {
    return this.#messages.count;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#search(chunk).then(
      (bytes) => done(null, bytes),
      (error: unknown) => {
        this.failure = toKeywardError(error);
        done(this.failure);
      },
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#messages.stop();
    done(error);
  }

  async #search(chunk: Buffer): Promise<Buffer> {
    const bytes = await this.#messages.push(chunk);
    if (this.#messages.isStuck || (this.#scrub.mode === "block" && this.count > 0)) throw echoed(this.#host);
    return bytes;
  }
}

export interface SearchedSwitch {
  readonly headers: RawHeaders;
  readonly count: number;
  readonly deflate: Deflate | null;
}

/** The fields of a 101, and what they agree on. @throws CREDENTIAL_ECHOED, UPSTREAM_BROKEN; the upstream's socket is gone then */
export function searchSwitch(
  headers: RawHeaders,
  { mode, finder }: Scrub,
  { host, socket, offered }: { readonly host: string; readonly socket: Duplex; readonly offered: RawHeaders },
): SearchedSwitch {
  try {
    const { texts, count } = maskFields(finder, headers);
    const deflate = agreedDeflate(headers, offered);
    if (mode === "block" && count > 0) throw echoed(host);
    return { headers: texts, count, deflate };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
