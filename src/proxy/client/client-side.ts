// The child's side of one exchange, whatever protocol it speaks: a request head and body, and a way to answer.
// http1.ts and http2.ts make one from node's objects; the pipeline and the upstream see only this.
import type { Readable } from "node:stream";
import type { KeywardError } from "../../core/errors.ts";
import type { RawHeaders } from "../../core/headers.ts";
import type { Refusal } from "../refuse.ts";
import type { RequestHead } from "../steps/receive.ts";
import type { ResponseHead } from "../upstream/exchange.ts";

export interface ClientSide {
  readonly head: RequestHead;
  /** null when the request has no body. */
  readonly body: Readable | null;
  /** Trailer fields, known when the body has ended. */
  trailers(): RawHeaders;
  /** The client waits for 100 Continue before it sends its body: the upstream is asked first. */
  readonly expectsContinue: boolean;
  /** The client offers and understands HTTP/2 semantics end to end (gRPC needs its trailers and half-closes). */
  readonly isHttp2: boolean;
  /** Once, however many upstreams say so: a request may be sent twice. */
  sendContinue(): void;
  /** A 1xx other than 100 and 101. */
  sendInformational(status: number, headers: RawHeaders): void;
  /** Sends the head; its fields are the upstream's without hop-by-hop ones. */
  start(head: ResponseHead): void;
  /** false: the client cannot take more until `onDrain`. */
  write(chunk: Buffer): boolean;
  finish(trailers: RawHeaders): void;
  /** After the head has left there is no other way to tell the client that the answer broke. */
  cut(error?: KeywardError): void;
  /** An answer of keyward's own; `endsConnection` when what follows on the connection cannot be trusted. */
  refuse(refusal: Refusal, endsConnection: boolean): void;
  readonly isStarted: boolean;
  readonly isGone: boolean;
  /** Both: the last one given counts; an earlier one that is called too does no harm. */
  onDrain(listener: () => void): void;
  /** Called once when the client is gone before its answer was complete. */
  onGone(listener: (resetCode?: number) => void): void;
}
