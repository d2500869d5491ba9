// One request over HTTP/2 (RFC 9113), as a stream of a pooled session. node:http2, since undici's cuts bodies short when trailers
// arrive while the reader is paused.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { filterHeaders, headerValue, type RawHeaders } from "../../core/headers.ts";
import { grouped } from "../client/http2-fields.ts";
import type { UpstreamCall, UpstreamRequest, UpstreamSink } from "./exchange.ts";

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

export function sendHttp2(session: ClientHttp2Session, request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
  const { outgoing, body, wantsTrailers, expectsContinue } = request;
  const { host, ...fields } = grouped(outgoing.headers);
  const head = {
    ...fields,
    ":method": outgoing.method,
    ":path": outgoing.target,
    ":scheme": "https",
    ":authority": String(host ?? headerValue(outgoing.headers, "host") ?? ""),
    ...(wantsTrailers ? { te: "trailers" } : {}),
    ...(expectsContinue === true ? { expect: "100-continue" } : {}),
  };
  const stream = session.request(head, { endStream: body === null, waitForTrailers: body !== null });
  const fail = listen(stream, sink);
  if (body !== null) sendBody(stream, { ...request, body }, { onBodySent: (bytes) => sink.onBodySent(bytes), fail });
  return {
    hasHeard: () => false,
    isReusable: () => true,
    abort: () => stream.close(constants.NGHTTP2_CANCEL),
    resume: () => void stream.resume(),
  };
}

/** Returns how to end the exchange with an error of our own, before the stream's reset says less. */
function listen(stream: ClientHttp2Stream, sink: UpstreamSink): (error: Error) => void {
  let trailers: RawHeaders = [];
  let isDone = false;
  const fail = (error: Error): void => {
    if (isDone) return;
    isDone = true;
    sink.onError(error);
  };
  stream.on("headers", (fields: ResponseHeaders, _flags: number, raw?: RawHeaders) => {
    sink.onInformational(Number(fields[":status"]), fieldsOf(raw));
  });
  stream.on("response", (fields: ResponseHeaders, flags: number, raw?: RawHeaders) => {
    try {
      const isEnd = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      sink.onHead({ status: Number(fields[":status"]), statusText: "", headers: fieldsOf(raw), isEnd });
    } catch (error) {
      stream.close(constants.NGHTTP2_CANCEL);
      fail(error as Error);
    }
  });
  stream.on("trailers", (_fields: IncomingHttpHeaders, _flags: number, raw?: RawHeaders) => {
    trailers = fieldsOf(raw);
  });
  stream.on("data", (chunk: Buffer) => {
    if (!sink.onData(chunk)) stream.pause();
  });
  stream.on("error", fail);
  stream.on("aborted", () => fail(Object.assign(new Error("stream aborted"), { code: "ERR_STREAM_ABORTED" })));
  stream.on("close", () => {
    if (isDone) return;
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || !stream.readableEnded) return fail(resetError(stream.rstCode));
    isDone = true;
    sink.onEnd(trailers);
  });
  return fail;
}

/** The client's body, then its trailers; an aborted client resets the stream. */
function sendBody(
  stream: ClientHttp2Stream,
  request: UpstreamRequest & { readonly body: NonNullable<UpstreamRequest["body"]> },
  { onBodySent, fail }: Pick<UpstreamSink, "onBodySent"> & { readonly fail: (error: Error) => void },
): void {
  const { body } = request;
  body.on("data", (chunk: Buffer) => {
    onBodySent(chunk.length);
    if (!stream.writable) return;
    if (!stream.write(chunk)) body.pause();
  });
  stream.on("drain", () => body.resume());
  body.on("end", () => stream.end());
  body.on("error", (error: Error) => {
    fail(error);
    stream.close(constants.NGHTTP2_CANCEL);
  });
  stream.on("wantTrailers", () => stream.sendTrailers(grouped(request.trailers())));
}

/** In order and number as sent, without pseudo-headers. */
function fieldsOf(raw: RawHeaders = []): string[] {
  return filterHeaders(raw, (name) => !name.startsWith(":"));
}

function resetError(code: number | undefined): Error {
  return Object.assign(new Error("the stream was reset"), { code: `H2_RESET_${code ?? "?"}` });
}
