// The upstream's side of one exchange, whatever protocol it speaks: who is told what, and how to stop.
// strict/http1-call.ts and http2/http2-exchange.ts (node:http2) implement it; forward.ts drives it.
import type { Readable } from "node:stream";
import type { Outgoing } from "../../core/exchange.ts";
import type { RawHeaders } from "../../core/headers.ts";

export interface UpstreamRequest {
  readonly outgoing: Outgoing;
  readonly body: Readable | null;
  /** Trailer fields of the request, known when the body has ended. */
  trailers(): RawHeaders;
  /** gRPC and others need to know that trailers are understood. */
  readonly wantsTrailers: boolean;
  /** The client sends its body when the upstream has said 100 Continue, and perhaps not at all. */
  readonly expectsContinue?: boolean;
}

export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: RawHeaders;
  /** Nothing follows, not even trailers: an HTTP/2 head that ends its stream (gRPC's trailers-only answers). */
  readonly isEnd: boolean;
}

export interface UpstreamSink {
  /** Also 100. */
  onInformational(status: number, headers: RawHeaders): void;
  /** @throws KeywardError to refuse the answer */
  onHead(head: ResponseHead): void;
  /** false: stop until `resume`. */
  onData(chunk: Buffer): boolean;
  onBodySent(bytes: number): void;
  onEnd(trailers: RawHeaders): void;
  onError(error: Error): void;
}

export interface UpstreamCall {
  /** @param clientCode of the HTTP/2 reset that the client has sent */
  abort(clientCode?: number): void;
  /** The upstream has said something, so it has seen the request: sending it again would be a second one. */
  hasHeard(): boolean;
  /** After the end: whether its connection may serve another exchange. */
  isReusable(): boolean;
  resume(): void;
}
