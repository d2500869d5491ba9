// The strict lane: plain HTTP/1.1 on an intercepted connection, head by head, with bytes passed on as they are.
// In: a client's TLS socket and its tunnel. Out: exchanges; or, for anything it does not recognise, the socket handed to the
// general lane with every byte it has read. Decision, injection, audit and limits are the general lane's own (pipeline.ts).
import type { Socket } from "node:net";
import { KeywardError } from "../../core/errors.ts";
import { findCapture } from "../capture/find-capture.ts";
import { breakOff } from "../client/break-off.ts";
import { endSocket } from "../client/end-socket.ts";
import { bodyGuard } from "../leaks/body-guard.ts";
import { bodyBytesNeeded, decide, endsConnection, finish, judge, knownError, startTrace, type TunnelContext } from "../pipeline.ts";
import { refusalBytes, refusalFor, writeRefusal } from "../refuse.ts";
import { mayRenew } from "../renewal/may-renew.ts";
import { type Delivered, nothingDelivered } from "../steps/forward.ts";
import type { Trace } from "../steps/record.ts";
import { refusesHttp1 } from "../upstream/alpn.ts";
import { readRequestHead, type StrictRequest } from "./head-grammar.ts";
import { StrictExchange } from "./strict-exchange.ts";

const MAX_HEAD_BYTES = 64 * 1024;
const HEAD_TIMEOUT_MS = 10_000;
const EMPTY = Buffer.alloc(0);
const REFUSED_METHODS = new Set(["TRACE", "TRACK", "CONNECT"]);

export interface StrictLaneOptions {
  readonly context: TunnelContext;
  /** Takes the socket over for good; unread bytes have been put back. */
  handOver(socket: Socket): void;
}

export class StrictLane {
  readonly #socket: Socket;
  readonly #options: StrictLaneOptions;
  #unread: Buffer = EMPTY;
  /** What the exchange was given of the body before it had an upstream: all of it, should the general lane have to carry the request. */
  #taken: Buffer[] = [];
  #exchange: StrictExchange | null = null;
  #isDeciding = false;
  #isOver = false;
  #headTimer: NodeJS.Timeout | null = null;

  constructor(socket: Socket, options: StrictLaneOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("data", this.#onData);
    socket.on("drain", this.#onDrain);
    socket.on("end", this.#onHalfClose);
    socket.on("error", this.#onEnd);
    socket.on("close", this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isOver) return;
    if (this.#exchange !== null && !this.#exchange.hasWholeRequest) {
      const isConnecting = this.#exchange.isConnecting;
      const taken = this.#exchange.onRequestBytes(chunk, 0);
      if (isConnecting) this.#taken.push(chunk.subarray(0, taken));
      if (taken < chunk.length) this.#keep(chunk.subarray(taken));
      return;
    }
    this.#keep(chunk);
    if (this.#exchange === null && !this.#isDeciding) this.#next();
  };

  readonly #onDrain = (): void => this.#exchange?.onClientDrain();

  readonly #onHalfClose = (): void => {
    const isAmidHead = this.#exchange === null && !this.#isDeciding && this.#unread.length > 0;
    if (isAmidHead && !this.#isOver) this.#giveUp(new KeywardError("REQUEST_MALFORMED", "the request ended within its head"));
    else this.#onEnd();
  };

  /** A client that ends or breaks its side takes the exchange under way with it. */
  readonly #onEnd = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopHeadTimer();
    this.#exchange?.onClientGone();
    this.#socket.destroy();
  };

  /** Bytes of a later request wait; a client that sends ahead too far is made to wait itself. */
  #keep(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    if (this.#unread.length > MAX_HEAD_BYTES && (this.#exchange !== null || this.#isDeciding)) this.#socket.pause();
  }

  #next(): void {
    if (this.#isOver || this.#unread.length === 0) return;
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.#unread.length > MAX_HEAD_BYTES || !couldBeRequest(this.#unread)) return this.#leave();
      this.#headTimer ??= setTimeout(() => this.#giveUp(lateHead()), HEAD_TIMEOUT_MS);
      return;
    }
    this.#stopHeadTimer();
    const request = end > MAX_HEAD_BYTES ? null : readRequestHead(this.#unread.toString("latin1", 0, end + 4));
    if (request === null || REFUSED_METHODS.has(request.method)) return this.#leave();
    const bytes = this.#unread;
    this.#unread = bytes.subarray(end + 4);
    this.#isDeciding = true;
    void this.#serve(request, bytes, end + 4);
  }

  /** @param bytes from the request's head on, for the general lane where that has to carry it */
  async #serve(request: StrictRequest, bytes: Buffer, headBytes: number): Promise<void> {
    const { context } = this.#options;
    const trace = startTrace(context);
    let isLeft = false;
    let exchange: StrictExchange | null = null;
    try {
      const { method, target, headers } = request;
      const matched = judge({ method, target, headers, httpVersion: "1.1" }, context, trace);
      // A body that has to be read first, a request that may be sent twice, and an answer that is read whole are the general lane's.
      isLeft =
        context.upstreams.sessions.isAlone(context.tunnel) ||
        findCapture(matched, context) !== null ||
        (request.framing.kind !== "none" && bodyBytesNeeded(matched) > 0) ||
        mayRenew(matched, context);
      if (isLeft) return this.#leaveWith(bytes);
      const prepared = await decide(matched, context, trace);
      if (this.#isOver) throw new KeywardError("UPSTREAM_BROKEN", "the client went away");
      const guard = request.framing.kind === "none" ? null : bodyGuard(matched, context);
      exchange = new StrictExchange(this.#socket, { request, prepared, context, guard });
      this.#exchange = exchange;
      this.#isDeciding = false;
      this.#feedUnread(exchange);
      trace.delivered = await exchange.run();
      this.#end(exchange, trace);
    } catch (error) {
      const known = knownError(error, context.ports);
      if (exchange === null || this.#isOver || !refusesHttp1(known)) this.#refuse(trace, known, hasAllOf(request, exchange));
      else {
        context.upstreams.sessions.noteAlone(context.tunnel);
        trace.delivered = nothingDelivered(known);
        this.#leaveWith(Buffer.concat([bytes.subarray(0, headBytes), ...this.#taken, this.#unread]));
      }
    } finally {
      // A connection that waits for its next request holds on to nothing of the one before.
      this.#taken = [];
      if (!isLeft) finish(trace, context);
    }
    this.#next();
  }

  /** What came behind the head: its body first, and perhaps the next request. */
  #feedUnread(exchange: StrictExchange): void {
    const unread = this.#unread;
    this.#unread = EMPTY;
    const taken = exchange.onRequestBytes(unread, 0);
    this.#taken = [unread.subarray(0, taken)];
    if (taken < unread.length) this.#unread = unread.subarray(taken);
  }

  #end(exchange: StrictExchange, trace: Trace): void {
    const { error, status } = trace.delivered as Delivered;
    this.#exchange = null;
    if (error !== null && status === null) return this.#refuse(trace, error, hasAllOf(exchange.request, exchange));
    if (error !== null) return this.#cut(exchange);
    if (exchange.mustClose) {
      this.#isOver = true;
      return endSocket(this.#socket);
    }
    this.#socket.resume();
  }

  /** `isWhole`: nothing of the refused request is still to come, so the next one begins where it should. */
  #refuse(trace: Trace, error: KeywardError, isWhole: boolean): void {
    trace.refusedWith = { status: error.httpStatus, error };
    this.#isDeciding = false;
    this.#exchange = null;
    if (this.#isOver || this.#socket.destroyed) return;
    const refusal = refusalFor(error, trace.requestId);
    if (isWhole && !endsConnection(error)) {
      this.#socket.write(refusalBytes(refusal, "keep-alive"));
      this.#socket.resume();
      return;
    }
    this.#isOver = true;
    writeRefusal(this.#socket, refusal);
  }

  /** A head that does not end. */
  #giveUp(error: KeywardError): void {
    const { context } = this.#options;
    const trace = startTrace(context);
    this.#stopHeadTimer();
    this.#refuse(trace, error, false);
    finish(trace, context);
  }

  /** Where the answer might be one without a length, the connection's end would say that it is whole. */
  #cut({ mustClose }: StrictExchange): void {
    this.#isOver = true;
    if (mustClose) breakOff(this.#socket);
    else this.#socket.destroy();
  }

  #stopHeadTimer(): void {
    if (this.#headTimer !== null) clearTimeout(this.#headTimer);
    this.#headTimer = null;
  }

  /** @param bytes from the request's head on, all that has been read */
  #leaveWith(bytes: Buffer): void {
    this.#unread = bytes;
    this.#leave();
  }

  /** To the general lane, bytes and all. */
  #leave(): void {
    this.#stopHeadTimer();
    this.#isOver = true;
    const socket = this.#socket;
    socket
      .off("data", this.#onData)
      .off("drain", this.#onDrain)
      .off("end", this.#onHalfClose)
      .off("error", this.#onEnd)
      .off("close", this.#onEnd);
    socket.pause();
    if (this.#unread.length > 0) socket.unshift(this.#unread);
    this.#unread = EMPTY;
    this.#options.handOver(socket);
    socket.resume();
  }
}

function lateHead(): KeywardError {
  return new KeywardError("REQUEST_TIMEOUT", "the request head did not arrive in time");
}

function hasAllOf(request: StrictRequest, exchange: StrictExchange | null): boolean {
  if (request.wantsClose) return false;
  return exchange === null ? request.framing.kind === "none" : exchange.hasWholeRequest && !exchange.mustClose;
}

/** The first bytes of a method; anything else (a preface, noise) need not be waited for. */
function couldBeRequest(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0;
  return first >= 0x41 && first <= 0x5a;
}
