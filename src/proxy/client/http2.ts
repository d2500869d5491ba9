// The client side of one HTTP/2 stream (RFC 9113), over node's ServerHttp2Stream.
// The head is given to the pipeline as an HTTP/1.1 one: `:authority` becomes Host, so the same checks serve both protocols.
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { RawHeaders } from "../../core/headers.ts";
import type { Refusal } from "../refuse.ts";
import type { ClientSide } from "./client-side.ts";
import { grouped } from "./http2-fields.ts";

export interface Http2Arrival {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** As node hands them over: lower-case names, pseudo-headers first. */
  readonly rawHeaders: RawHeaders;
  readonly flags: number;
}

export function http2Client(arrival: Http2Arrival): ClientSide {
  const { stream, flags } = arrival;
  const trailers = hearTrailers(stream);
  let finalTrailers: RawHeaders = [];
  let isFinished = false;
  let isContinued = false;
  const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
  return {
    head: headOf(arrival),
    body: hasBody ? stream : null,
    trailers,
    expectsContinue: hasBody && String(arrival.headers.expect ?? "").toLowerCase() === "100-continue",
    isHttp2: true,
    sendContinue() {
      if (!isContinued) inform(stream, 100, []);
      isContinued = true;
    },
    sendInformational: (status, fields) => inform(stream, status, fields),
    start({ status, headers: fields, isEnd }) {
      if (stream.destroyed) return;
      if (isEnd) {
        isFinished = true;
        stream.respond({ ":status": status, ...grouped(fields) }, { endStream: true });
        return;
      }
      stream.respond({ ":status": status, ...grouped(fields) }, { waitForTrailers: true, sendDate: false } as never);
      stream.on("wantTrailers", () => stream.destroyed || stream.sendTrailers(grouped(finalTrailers)));
    },
    write: (chunk) => stream.destroyed || stream.write(chunk),
    finish(fields) {
      isFinished = true;
      finalTrailers = fields;
      if (!stream.writableEnded) stream.end();
    },
    cut: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    refuse: (refusal) => refuseStream(stream, refusal, () => (isFinished = true)),
    get isStarted() {
      return stream.headersSent;
    },
    get isGone() {
      return stream.destroyed || stream.aborted;
    },
    onDrain: (listener) => void stream.on("drain", listener),
    onGone: (listener) =>
      void stream.once("close", () => {
        if (!isFinished || stream.rstCode !== constants.NGHTTP2_NO_ERROR) listener();
      }),
  };
}

function inform(stream: ServerHttp2Stream, status: number, fields: RawHeaders): void {
  if (!stream.destroyed && !stream.headersSent) stream.additionalHeaders({ ":status": status, ...grouped(fields) });
}

function headOf(arrival: Http2Arrival): ClientSide["head"] {
  const { headers, rawHeaders } = arrival;
  return {
    method: headers[":method"] ?? "",
    target: headers[":path"] ?? "",
    httpVersion: "1.1",
    scheme: headers[":scheme"],
    headers: [...asHttp1(rawHeaders, headers[":authority"] ?? ""), ...statedLength(arrival)],
  };
}

/** HTTP/2 says by a flag that there is no body; HTTP/1.1 servers ask for a length of these (411). */
function statedLength({ headers, flags }: Http2Arrival): readonly string[] {
  const isEnd = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
  const needsLength = isEnd && headers["content-length"] === undefined && /^(?:POST|PUT|PATCH)$/.test(headers[":method"] ?? "");
  return needsLength ? ["content-length", "0"] : [];
}

function hearTrailers(stream: ServerHttp2Stream): () => RawHeaders {
  let trailers: RawHeaders = [];
  stream.on("trailers", (_fields: IncomingHttpHeaders, _flags: number, raw?: RawHeaders) => {
    trailers = raw ?? [];
  });
  return () => trailers;
}

/** `:authority` as Host in front; a Host field beside it is kept only to be refused when it differs (RFC 9113 §8.3.1). */
function asHttp1(raw: RawHeaders, authority: string): RawHeaders {
  const fields: string[] = authority === "" ? [] : ["Host", authority];
  const cookies: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? "";
    const value = raw[i + 1] ?? "";
    if (name.startsWith(":") || (name === "host" && value === authority)) continue;
    // Cookie may be split into crumbs in HTTP/2 and must be one field outside it (RFC 9113 §8.2.3).
    if (name === "cookie") cookies.push(value);
    else fields.push(name, value);
  }
  return cookies.length === 0 ? fields : [...fields, "cookie", cookies.join("; ")];
}

function refuseStream(stream: ServerHttp2Stream, refusal: Refusal, onSent: () => void): void {
  if (stream.destroyed) return;
  onSent();
  stream.respond({ ":status": refusal.status, ...grouped(refusal.headers.flat()) });
  stream.end(refusal.body, () => stream.close(constants.NGHTTP2_NO_ERROR));
}
