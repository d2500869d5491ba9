// The client side of one HTTP/2 stream (RFC 9113), over node's ServerHttp2Stream.
// The head is given to the pipeline as an HTTP/1.1 one: `:authority` becomes Host, so the same checks serve both protocols.
// An answer's head waits for the rest of its turn of the event loop: a small answer leaves whole, in one write, and as one that is known
// to have no trailers, for which node would ask in a turn and a write of their own.
import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Readable } from "node:stream";
import { KeywardError } from "../../core/errors.ts";
import { filterHeaders, type RawHeaders } from "../../core/headers.ts";
import type { Refusal } from "../refuse.ts";
import type { RequestHead } from "../steps/receive.ts";
import type { ResponseHead } from "../upstream/exchange.ts";
import { codeForClient } from "../upstream/http2/stream-reset.ts";
import type { ClientSide } from "./client-side.ts";
import { grouped } from "./http2-fields.ts";

export interface Http2Arrival {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** As node hands them over: lower-case names, pseudo-headers first. */
  readonly rawHeaders: RawHeaders;
  readonly flags: number;
}

/** node invents no Date where the upstream sent none. */
const WHOLE = { sendDate: false };
const WITHOUT_BODY = { endStream: true, sendDate: false };
const WITH_TRAILERS = { waitForTrailers: true, sendDate: false };
const NO_FIELDS: RawHeaders = [];

const MAX_STATUS = 599;
/** Has no body, whatever its length says (RFC 9110 §15.3.6); node ends the stream with its head. */
const RESET_CONTENT = 205;

/** Of a stream, while it lives: V8 may keep node's own object of a stream long after it has closed, and must not keep a request with it. */
const CLIENT = Symbol("client");
type OwnedStream = ServerHttp2Stream & { [CLIENT]?: Http2Client | undefined };

export class Http2Client implements ClientSide {
  readonly head: RequestHead;
  readonly body: Readable | null;
  readonly expectsContinue: boolean;
  readonly isHttp2 = true;
  isStarted = false;
  readonly #stream: OwnedStream;
  #onGone: ((resetCode?: number) => void) | null = null;
  #onDrain: (() => void) | null = null;
  #trailers = NO_FIELDS;
  #finalTrailers = NO_FIELDS;
  #isFinished = false;
  #isContinued = false;
  /** The head that waits, and the first piece of the body behind it. */
  #waiting: OutgoingHttpHeaders | null = null;
  #piece: Buffer | null = null;

  constructor(arrival: Http2Arrival) {
    const { stream, headers, flags } = arrival;
    const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
    this.#stream = stream;
    this.head = headOf(arrival);
    this.body = hasBody ? stream : null;
    this.expectsContinue = hasBody && String(headers.expect ?? "").toLowerCase() === "100-continue";
    this.#stream[CLIENT] = this;
    stream.on("close", onClose).on("aborted", onAborted).on("drain", onDrain);
    if (hasBody) stream.on("trailers", onTrailers);
  }

  get finalTrailers(): RawHeaders {
    return this.#finalTrailers;
  }

  get isGone(): boolean {
    return this.#stream.destroyed || this.#stream.aborted;
  }

  trailers(): RawHeaders {
    return this.#trailers;
  }

  sendContinue(): void {
    if (!this.#isContinued) this.sendInformational(100, NO_FIELDS);
    this.#isContinued = true;
  }

  sendInformational(status: number, fields: RawHeaders): void {
    if (!this.isGone && !this.isStarted) this.#stream.additionalHeaders(grouped(fields, { ":status": status }));
  }

  start({ status, headers, isEnd }: ResponseHead): void {
    if (this.#stream.destroyed) return;
    // RFC 9110 §15 calls them invalid, and node will not say them.
    if (status > MAX_STATUS)
      throw new KeywardError("UPSTREAM_BROKEN", `the upstream answered with status ${status}, which HTTP/2 cannot tell`);
    this.isStarted = true;
    const told = status === RESET_CONTENT ? filterHeaders(headers, (name) => name !== "content-length") : headers;
    const fields = grouped(told, { ":status": status });
    if (isEnd) {
      this.#isFinished = true;
      return this.#respond(fields, WITHOUT_BODY);
    }
    this.#waiting = fields;
    setImmediate(leave, this);
  }

  write(chunk: Buffer): boolean {
    if (this.#stream.destroyed) return true;
    if (this.#waiting !== null && this.#piece === null) {
      this.#piece = chunk;
      return true;
    }
    this.leave();
    return this.#isWritable ? this.#stream.write(chunk) : true;
  }

  /** What has waited goes, and what follows it as it comes. */
  leave(): void {
    const fields = this.#waiting;
    const piece = this.#piece;
    this.#waiting = this.#piece = null;
    if (fields === null) return;
    this.#respond(fields, WITH_TRAILERS);
    this.#stream.on("wantTrailers", onWantTrailers);
    if (piece !== null && this.#isWritable) this.#stream.write(piece);
  }

  finish(trailers: RawHeaders): void {
    this.#isFinished = true;
    this.#finalTrailers = trailers;
    if (trailers.length > 0) this.leave();
    const fields = this.#waiting;
    const piece = this.#piece;
    this.#waiting = this.#piece = null;
    if (fields !== null) this.#respond(fields, piece === null ? WITHOUT_BODY : WHOLE);
    if (!this.#stream.writableEnded) this.#stream.end(piece ?? undefined);
  }

  cut(error?: KeywardError): void {
    this.leave();
    this.#stream.close(codeForClient(error));
  }

  refuse({ status, headers, body }: Refusal): void {
    const stream = this.#stream;
    if (this.isGone) return;
    this.#isFinished = true;
    stream.respond(grouped(headers.flat(), { ":status": status }));
    stream.end(body, () => stream.close(constants.NGHTTP2_NO_ERROR));
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  onGone(listener: (resetCode?: number) => void): void {
    this.#onGone = listener;
  }

  heardTrailers(trailers: RawHeaders): void {
    this.#trailers = trailers;
  }

  drained(): void {
    this.#onDrain?.();
  }

  /** The client has reset it. As long as there is something of its body that nobody has read, no `close` follows. */
  aborted(): void {
    const onGone = this.#onGone;
    this.#onGone = null;
    onGone?.(this.#stream.rstCode);
  }

  closed(): void {
    const { rstCode } = this.#stream;
    const onGone = this.#onGone;
    this.#stream[CLIENT] = undefined;
    this.#onGone = this.#onDrain = null;
    if (!this.#isFinished || rstCode !== constants.NGHTTP2_NO_ERROR) onGone?.(rstCode);
  }

  /** node ends it by itself where the head says that no body follows. */
  get #isWritable(): boolean {
    return !this.#stream.destroyed && !this.#stream.writableEnded;
  }

  /** It may happen out of turn, where nobody would catch what node objects to: the answer breaks. */
  #respond(fields: OutgoingHttpHeaders, options: object): void {
    if (this.#stream.destroyed || this.#stream.closed) return;
    try {
      this.#stream.respond(fields, options);
    } catch {
      this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}

function leave(client: Http2Client): void {
  client.leave();
}

function onClose(this: OwnedStream): void {
  this[CLIENT]?.closed();
}

function onAborted(this: OwnedStream): void {
  this[CLIENT]?.aborted();
}

function onDrain(this: OwnedStream): void {
  this[CLIENT]?.drained();
}

// oxlint-disable-next-line max-params -- node calls it so
function onTrailers(this: OwnedStream, _fields: IncomingHttpHeaders, _flags: number, raw?: RawHeaders): void {
  this[CLIENT]?.heardTrailers(raw ?? NO_FIELDS);
}

function onWantTrailers(this: OwnedStream): void {
  if (!this.destroyed) this.sendTrailers(grouped(this[CLIENT]?.finalTrailers ?? NO_FIELDS));
}

function headOf(arrival: Http2Arrival): RequestHead {
  const { headers } = arrival;
  return {
    method: headers[":method"] ?? "",
    target: headers[":path"] ?? "",
    httpVersion: "1.1",
    headers: asHttp1(arrival),
    scheme: headers[":scheme"],
  };
}

/** `:authority` as Host in front; a Host field beside it is kept only to be refused when it differs (RFC 9113 §8.3.1). */
function asHttp1(arrival: Http2Arrival): RawHeaders {
  const { rawHeaders: raw, headers } = arrival;
  const authority = headers[":authority"] ?? "";
  const fields: string[] = authority === "" ? [] : ["Host", authority];
  let cookie: string | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? "";
    const value = raw[i + 1] ?? "";
    if (name.startsWith(":") || (name === "host" && value === authority)) continue;
    // Cookie may be split into crumbs in HTTP/2 and must be one field outside it (RFC 9113 §8.2.3).
    if (name === "cookie") cookie = cookie === null ? value : `${cookie}; ${value}`;
    else fields.push(name, value);
  }
  if (cookie !== null) fields.push("cookie", cookie);
  if (needsLength(arrival)) fields.push("content-length", "0");
  return fields;
}

/** HTTP/2 says by a flag that there is no body; HTTP/1.1 servers ask for a length of these (411). */
function needsLength({ headers, flags }: Http2Arrival): boolean {
  if ((flags & constants.NGHTTP2_FLAG_END_STREAM) === 0 || headers["content-length"] !== undefined) return false;
  const method = headers[":method"];
  return method === "POST" || method === "PUT" || method === "PATCH";
}
