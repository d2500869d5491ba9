// One exchange of the general lane over HTTP/1.1: the request written by hand on a pooled connection, the answer read by the strict
// grammar. In: a socket, the request, who is to be told. Out: the call, to stop or slow it. It decodes bodies: what the client gets is
// framed anew for the protocol it speaks. 100 Continue, other 1xx, and trailers of either side pass through.
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { headerValue } from "../../core/headers.ts";
import type { UpstreamCall, UpstreamRequest, UpstreamSink } from "../upstream/exchange.ts";
import { AnswerHeads } from "./answer-heads.ts";
import { type BodyScanner, scanBody } from "./body-scanner.ts";
import { fieldLines, type StrictResponse } from "./head-grammar.ts";

export function sendHttp1(socket: Socket, request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
  return new Http1Call(socket, request, sink);
}

class Http1Call implements UpstreamCall {
  readonly #socket: Socket;
  readonly #request: UpstreamRequest;
  readonly #sink: UpstreamSink;
  readonly #heads: AnswerHeads;
  readonly #isChunked: boolean;
  #response: StrictResponse | null = null;
  #body: BodyScanner | null = null;
  #isBodySent: boolean;
  #isDone = false;
  #hasHeard = false;
  #hasExtraBytes = false;

  constructor(socket: Socket, request: UpstreamRequest, sink: UpstreamSink) {
    this.#socket = socket;
    this.#request = request;
    this.#sink = sink;
    this.#heads = new AnswerHeads(request.outgoing.method);
    this.#isChunked = request.body !== null && headerValue(request.outgoing.headers, "content-length") === null;
    this.#isBodySent = request.body === null;
    socket.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onClose).on("error", this.#onError).on("drain", this.#onDrain);
    if (socket.destroyed) process.nextTick(this.#onClose);
    // A body that is there already leaves in one write with the head.
    socket.cork();
    process.nextTick(() => socket.uncork());
    socket.write(this.#head(), "latin1");
    request.body?.on("data", this.#onBodyData).on("end", this.#onBodyEnd).on("error", this.#onError);
  }

  abort(): void {
    this.#fail(new Error("aborted"));
  }

  resume(): void {
    if (!this.#isDone) this.#socket.resume();
  }

  hasHeard(): boolean {
    return this.#hasHeard;
  }

  isReusable(): boolean {
    return this.#isDone && this.#response?.wantsClose === false && this.#isBodySent && !this.#hasExtraBytes && this.#body?.isDone === true;
  }

  #head(): string {
    const { outgoing, expectsContinue } = this.#request;
    const framing = this.#isChunked ? "Transfer-Encoding: chunked\r\n" : "";
    const expect = expectsContinue === true ? "Expect: 100-continue\r\n" : "";
    return `${outgoing.method} ${outgoing.target} HTTP/1.1\r\n${fieldLines(outgoing.headers)}${framing}${expect}\r\n`;
  }

  /** As it comes, also when the upstream has not said 100: a client that does not wait for ever must not wait here. */
  readonly #onBodyData = (chunk: Buffer): void => {
    this.#sink.onBodySent(chunk.length);
    const isFlowing = this.#isChunked ? this.#writeChunk(chunk) : this.#socket.write(chunk);
    if (!isFlowing) this.#request.body?.pause();
  };

  #writeChunk(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    this.#socket.cork();
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
    this.#socket.write(chunk);
    const isFlowing = this.#socket.write("\r\n", "latin1");
    this.#socket.uncork();
    return isFlowing;
  }

  readonly #onBodyEnd = (): void => {
    this.#isBodySent = true;
    if (this.#isChunked) this.#socket.write(`0\r\n${fieldLines(this.#request.trailers())}\r\n`, "latin1");
  };

  readonly #onDrain = (): void => void this.#request.body?.resume();

  readonly #onData = (chunk: Buffer): void => {
    this.#hasHeard = true;
    try {
      if (this.#response !== null) return this.#passBody(chunk, 0);
      const start = this.#heads.read(chunk, ({ status, headers }) => this.#sink.onInformational(status, headers));
      if (start === null) return;
      const { response, bytes, bodyStart } = start;
      this.#response = response;
      this.#body = scanBody(response.framing, { keepsTrailers: true, decodes: true });
      this.#sink.onHead({ status: response.status, statusText: response.statusText, headers: response.headers, isEnd: false });
      this.#passBody(bytes, bodyStart);
    } catch (error) {
      this.#fail(error as Error);
    }
  };

  #passBody(bytes: Buffer, start: number): void {
    const body = this.#body;
    if (body === null || this.#isDone) return;
    const taken = body.feed(bytes, start);
    for (const [from, to] of body.payload) {
      if (!this.#sink.onData(bytes.subarray(from, to))) this.#socket.pause();
    }
    if (!body.isDone) return;
    // Bytes after the end of an answer belong to nobody: the connection that carried them is not used again.
    this.#hasExtraBytes = start + taken < bytes.length;
    this.#complete();
  }

  /** An answer without a length ends here; any other that has not ended yet is cut short. */
  readonly #onEnd = (): void => {
    if (this.#response?.framing.kind === "close") this.#complete();
    else this.#fail(closed());
  };

  readonly #onClose = (): void => this.#fail(closed());

  readonly #onError = (error: Error): void => this.#fail(error);

  #complete(): void {
    if (this.#isDone) return;
    this.#detach();
    this.#sink.onEnd(this.#body?.trailers ?? []);
  }

  #fail(error: Error): void {
    if (this.#isDone) return;
    this.#detach();
    this.#response = null;
    this.#socket.destroy();
    this.#sink.onError(error);
  }

  #detach(): void {
    this.#isDone = true;
    this.#socket
      .off("data", this.#onData)
      .off("end", this.#onEnd)
      .off("close", this.#onClose)
      .off("error", this.#onError)
      .off("drain", this.#onDrain)
      .resume();
    letGo(this.#request.body, { data: this.#onBodyData, end: this.#onBodyEnd, error: this.#onError });
  }
}

/** What is left of a body that nobody wants any more is read away, so that its sender can come to an end. */
function letGo(
  body: Readable | null,
  listeners: { readonly data: (chunk: Buffer) => void; readonly end: () => void; readonly error: (error: Error) => void },
): void {
  body
    ?.off("data", listeners.data)
    .off("end", listeners.end)
    .off("error", listeners.error)
    .on("error", () => undefined)
    .resume();
}

function closed(): Error {
  return Object.assign(new Error("closed"), { code: "CLOSED" });
}
