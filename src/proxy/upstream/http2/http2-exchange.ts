// One request over HTTP/2 (RFC 9113), as a stream of a pooled session. node:http2, since undici's cuts bodies short when trailers
// arrive while the reader is paused.
import { STATUS_CODES } from "node:http";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from "node:http2";
import { headerValue, type RawHeaders } from "../../../core/headers.ts";
import { grouped } from "../../client/http2-fields.ts";
import type { UpstreamCall, UpstreamRequest, UpstreamSink } from "../exchange.ts";
import { codeForUpstream, StreamReset } from "./stream-reset.ts";

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** Of a stream, while it lives: V8 may keep node's own object of a stream long after it has closed, and must not keep a request with it. */
const CALL = Symbol("call");
type OwnedStream = ClientHttp2Stream & { [CALL]?: Http2Call | undefined };

const NO_FIELDS: RawHeaders = [];

export function sendHttp2(session: ClientHttp2Session, request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
  const stream = begin(session, headOf(request), request.body !== null);
  return stream === null ? neverTaken(sink) : new Http2Call(stream, request, sink);
}

/** In one object from the start: one that is spread or loses fields is the slow kind. */
function headOf({ outgoing, wantsTrailers, expectsContinue }: UpstreamRequest): OutgoingHttpHeaders {
  const { method, target, headers } = outgoing;
  const pseudo = { ":method": method, ":path": target, ":scheme": "https", ":authority": headerValue(headers, "host") ?? "" };
  const head = grouped(headers, pseudo);
  // node leaves out what is undefined.
  head["host"] = undefined;
  if (wantsTrailers) head["te"] = "trailers";
  if (expectsContinue === true) head["expect"] = "100-continue";
  return head;
}

/** null: the session has ended since it was chosen. */
function begin(session: ClientHttp2Session, head: OutgoingHttpHeaders, hasBody: boolean): ClientHttp2Stream | null {
  try {
    return session.request(head, { endStream: !hasBody, waitForTrailers: hasBody });
  } catch (error) {
    if (session.closed || session.destroyed) return null;
    throw error;
  }
}

function neverTaken(sink: UpstreamSink): UpstreamCall {
  process.nextTick(() => sink.onError(new StreamReset(constants.NGHTTP2_REFUSED_STREAM)));
  return { hasHeard: () => false, isReusable: () => false, abort: () => undefined, resume: () => undefined };
}

class Http2Call implements UpstreamCall {
  readonly #stream: OwnedStream;
  /** null: it has been told the end. */
  #sink: UpstreamSink | null;
  #request: UpstreamRequest | null;
  #trailers = NO_FIELDS;

  constructor(stream: OwnedStream, request: UpstreamRequest, sink: UpstreamSink) {
    this.#stream = stream;
    this.#sink = sink;
    this.#request = request;
    stream[CALL] = this;
    // The close that follows an error says why. One without, behind a whole answer, only says that no more of the body is wanted (RFC 9113 §8.1).
    stream.on("error", onError).on("close", onClose).on("headers", onInformational).on("response", onResponse);
    stream.on("trailers", onTrailers).on("data", onData);
    if (request.body !== null) this.#sendBody(request.body);
  }

  hasHeard(): boolean {
    return false;
  }

  isReusable(): boolean {
    return true;
  }

  abort(clientCode?: number): void {
    this.#stream.close(codeForUpstream(clientCode));
  }

  resume(): void {
    this.#stream.resume();
  }

  informed(status: number, headers: RawHeaders): void {
    this.#sink?.onInformational(status, headers);
  }

  answered(status: number, headers: RawHeaders, isEnd: boolean): void {
    try {
      this.#sink?.onHead({ status, statusText: STATUS_CODES[status] ?? "", headers, isEnd });
    } catch (error) {
      this.#stream.close(constants.NGHTTP2_CANCEL);
      this.#fail(error as Error);
    }
  }

  /** false: wait for `resume`. */
  received(chunk: Buffer): boolean {
    return this.#sink?.onData(chunk) ?? true;
  }

  heardTrailers(trailers: RawHeaders): void {
    this.#trailers = trailers;
  }

  ownTrailers(): RawHeaders {
    return this.#request?.trailers() ?? NO_FIELDS;
  }

  closed(): void {
    const stream = this.#stream;
    stream[CALL] = undefined;
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || !stream.readableEnded) this.#fail(new StreamReset(stream.rstCode));
    const { body } = this.#request ?? { body: null };
    const sink = this.#sink;
    this.#sink = this.#request = null;
    // An answer may come before the body has: what is left of it is read away, so that its sender can come to an end.
    body?.resume();
    sink?.onEnd(this.#trailers);
  }

  /** With an error of our own, before the stream's reset says less. */
  #fail(error: Error): void {
    const sink = this.#sink;
    this.#sink = null;
    sink?.onError(error);
  }

  /** The client's body, then its trailers; an aborted client resets the stream. */
  #sendBody(body: NonNullable<UpstreamRequest["body"]>): void {
    const stream = this.#stream;
    body.on("data", (chunk: Buffer) => {
      this.#sink?.onBodySent(chunk.length);
      if (stream.writable && !stream.write(chunk)) body.pause();
    });
    stream.on("drain", () => body.resume());
    body.on("end", () => stream.end());
    body.on("error", (error: Error) => {
      this.#fail(error);
      stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on("wantTrailers", onWantTrailers);
  }
}

function onError(): void {}

function onClose(this: OwnedStream): void {
  this[CALL]?.closed();
}

// oxlint-disable-next-line max-params -- node calls it so
function onInformational(this: OwnedStream, fields: ResponseHeaders, _flags: number, raw?: RawHeaders): void {
  this[CALL]?.informed(Number(fields[":status"]), fieldsOf(raw));
}

// oxlint-disable-next-line max-params -- node calls it so
function onResponse(this: OwnedStream, fields: ResponseHeaders, flags: number, raw?: RawHeaders): void {
  this[CALL]?.answered(Number(fields[":status"]), fieldsOf(raw), (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0);
}

// oxlint-disable-next-line max-params -- node calls it so
function onTrailers(this: OwnedStream, _fields: IncomingHttpHeaders, _flags: number, raw?: RawHeaders): void {
  this[CALL]?.heardTrailers(fieldsOf(raw));
}

function onData(this: OwnedStream, chunk: Buffer): void {
  if (this[CALL]?.received(chunk) === false) this.pause();
}

function onWantTrailers(this: OwnedStream): void {
  if (!this.destroyed) this.sendTrailers(grouped(this[CALL]?.ownTrailers() ?? NO_FIELDS));
}

/** In order and number as sent, without pseudo-headers: a head begins with its one, trailers have none (RFC 9113 §8.3). */
function fieldsOf(raw: RawHeaders = NO_FIELDS): RawHeaders {
  return raw[0] === ":status" ? raw.slice(2) : raw;
}
