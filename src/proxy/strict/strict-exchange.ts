// One exchange of the strict lane: a prepared head written to an upstream connection, both bodies passed on byte for byte.
// In: request bytes from the client, response bytes from the upstream. Out: how it ended. An abort travels both ways, and an
// answer that breaks its own framing breaks for the client.
import type { Socket } from "node:net";
import { KeywardError, systemCode, toKeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import type { Prepared, TunnelContext } from "../pipeline.ts";
import { mayRelease } from "../release/may-release.ts";
import { type Delivered, IDEMPOTENT } from "../steps/forward.ts";
import { forClient } from "../steps/respond.ts";
import type { LeakGuard } from "../leaks/leak-guard.ts";
import { AnswerHeads } from "./answer-heads.ts";
import { type BodyScanner, scanBody, withoutOmitted } from "./body-scanner.ts";
import { gatherWrites, writeTogether } from "./gather-writes.ts";
import { fieldLines, statusLine, type StrictRequest, type StrictResponse } from "./head-grammar.ts";
import type { RawConnection, RawReader } from "./raw-connection.ts";
import { RequestBody } from "./request-body.ts";
import { ScrubbedAnswer } from "./scrubbed-answer.ts";

export interface StrictExchangeOptions {
  readonly request: StrictRequest;
  readonly prepared: Prepared;
  readonly context: TunnelContext;
  /** Searches the body for leaks; null: nothing is looked for. */
  readonly guard: LeakGuard | null;
}

/** How much of a body may wait for its upstream connection before the client is made to wait itself. */
const MAX_WAITING_BYTES = 64 * 1024;

export class StrictExchange implements RawReader {
  /** The client's connection cannot carry another request after this one. */
  mustClose: boolean;
  readonly #client: Socket;
  readonly #options: StrictExchangeOptions;
  readonly #requestBody: RequestBody;
  #responseBody: BodyScanner | null = null;
  #response: StrictResponse | null = null;
  /** null: the answer is not searched for the credential. */
  #scrubbed: ScrubbedAnswer | null;
  #upstream: RawConnection | null = null;
  /** Request bytes that came before there was an upstream to take them. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #heads: AnswerHeads;
  #settle: (delivered: Delivered) => void = () => undefined;
  #isSettled = false;
  /** The upstream has said something, so it has seen the request: sending it again would be a second one. */
  #hasHeard = false;
  /** What ended the exchange, perhaps before there was an upstream connection to end. */
  #failure: KeywardError | null = null;

  constructor(client: Socket, options: StrictExchangeOptions) {
    this.#client = client;
    this.#options = options;
    this.#requestBody = new RequestBody(options.request.framing, options.guard, (bytes) => this.#sendUp(bytes));
    this.#heads = new AnswerHeads(options.request.method);
    this.mustClose = options.request.wantsClose;
    this.#scrubbed = this.#createScrubbed();
  }

  get request(): StrictRequest {
    return this.#options.request;
  }

  /** No byte of it has left. */
  get isConnecting(): boolean {
    return this.#upstream === null && !this.#isSettled;
  }

  get hasWholeRequest(): boolean {
    return this.#requestBody.isDone;
  }

  async run(): Promise<Delivered> {
    const { prepared, context, request } = this.#options;
    if (this.#failure !== null) return this.#outcome(this.#failure);
    const target = prepared.received;
    const pool = context.upstreams.raw;
    const pooled = pool.take(prepared.owner, target);
    // What the client sent meanwhile and is refused for counts more than an upstream that cannot be reached.
    const connect = (): Promise<RawConnection> =>
      pool.connect(prepared.owner, target).catch((error: unknown) => Promise.reject(this.#failure ?? error));
    const connection = pooled ?? (await connect());
    const first = await this.#attempt(connection);
    const mayRetry = first.error !== null && !this.#hasHeard && connection.isUsed && !this.#client.destroyed;
    if (!mayRetry || request.framing.kind !== "none" || !IDEMPOTENT.has(request.method)) return first;
    this.#isSettled = false;
    this.#failure = null;
    this.#heads = new AnswerHeads(request.method);
    this.#scrubbed = this.#createScrubbed();
    return this.#attempt(await pool.connect(prepared.owner, target));
  }

  /** Returns how many bytes belong to this request. */
  onRequestBytes(chunk: Buffer, start: number): number {
    try {
      return this.#requestBody.feed(chunk, start);
    } catch (error) {
      this.mustClose = true;
      this.#fail(error instanceof KeywardError ? error : new KeywardError("REQUEST_MALFORMED", "the request's body breaks its framing"));
      return chunk.length - start;
    }
  }

  onClientDrain(): void {
    this.#scrubbed?.drained();
    this.#upstream?.socket.resume();
  }

  onClientGone(): void {
    this.#fail(new KeywardError("UPSTREAM_BROKEN", "the client went away"));
  }

  #attempt(connection: RawConnection): Promise<Delivered> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#upstream = connection;
      if (this.#failure !== null) {
        this.#detach()?.socket.destroy();
        return this.#finish(this.#failure);
      }
      connection.carry(this);
      const head = this.#openOn(connection);
      if (head === null) return;
      const isFlowing = writeTogether(connection.socket, head, this.#waiting);
      this.#waiting = [];
      if (isFlowing) this.#client.resume();
    });
  }

  /** The head, for this connection; null: it may not carry it, and the exchange is over. */
  #openOn(connection: RawConnection): string | null {
    const { prepared, request } = this.#options;
    const framing = request.framing.kind === "chunked" ? "Transfer-Encoding: chunked\r\n" : "";
    try {
      const { method, target, headers } = prepared.sealed.head(mayRelease(prepared.sealed.claim, connection.way));
      return `${method} ${target} HTTP/1.1\r\n${fieldLines(headers)}${framing}\r\n`;
    } catch (error) {
      this.#fail(toKeywardError(error));
      return null;
    }
  }

  #sendUp(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isSettled) return;
    if (this.#upstream !== null) {
      gatherWrites(this.#upstream.socket, bytes);
      if (!this.#upstream.socket.write(bytes)) this.#client.pause();
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#client.pause();
  }

  onDrain(): void {
    this.#client.resume();
  }

  onError(error: Error): void {
    this.#fail(this.#brokenError(systemCode(error) ?? "error"));
  }

  /** An answer without a length ends here; any other that has not ended yet is cut short. */
  onEnd(): void {
    if (this.#response?.framing.kind !== "close") return this.#fail(this.#brokenError("closed"));
    if (this.#scrubbed === null) return this.#complete();
    this.#releaseUpstream(false);
    this.#scrubbed.finish();
  }

  onClose(): void {
    this.#fail(this.#brokenError("closed"));
  }

  onData(chunk: Buffer): void {
    this.#hasHeard = true;
    gatherWrites(this.#client, chunk);
    try {
      if (this.#response === null) this.#readHead(chunk);
      else this.#sendDown("", chunk, 0);
    } catch (error) {
      this.#fail(error instanceof KeywardError ? error : this.#brokenError(systemCode(error) ?? "framing"));
    }
  }

  #readHead(chunk: Buffer): void {
    const start = this.#heads.read(chunk, (response) => {
      // A 100 that nobody asked for is none of the client's business.
      if (response.status === 100) return;
      if (this.#scrubbed !== null) this.#scrubbed.inform(response);
      else this.#client.write(`${statusLine(response)}${fieldLines(forClient(response.headers))}\r\n`, "latin1");
    });
    if (start === null || this.#isSettled) return;
    if (start.response.status === 407) throw this.#brokenError("asked for proxy credentials");
    this.#begin(start.response, start.bytes, start.bodyStart);
  }

  #begin(response: StrictResponse, bytes: Buffer, bodyStart: number): void {
    this.#response = response;
    const isScrubbed = this.#scrubbed !== null;
    this.#responseBody = scanBody(response.framing, { keepsTrailers: !isScrubbed, decodes: isScrubbed });
    // An answer before the whole request: the rest of the request may never come, so the connection ends with it.
    if (response.framing.kind === "close" || !this.#requestBody.isDone) this.mustClose = true;
    if (this.#scrubbed !== null) {
      this.#scrubbed.begin(response, this.mustClose);
      return this.#sendDown("", bytes, bodyStart);
    }
    const framing = response.framing.kind === "chunked" ? "Transfer-Encoding: chunked\r\n" : "";
    const connection = this.mustClose ? "Connection: close\r\n" : "";
    const head = `${statusLine(response)}${fieldLines(forClient(response.headers))}${framing}${connection}\r\n`;
    this.#sendDown(head, bytes, bodyStart);
  }

  /** Head and first bytes of the body leave in one write. */
  #sendDown(head: string, bytes: Buffer, start: number): void {
    const body = this.#responseBody;
    if (body === null || this.#isSettled) return;
    const taken = body.feed(bytes, start);
    if (this.#scrubbed !== null) return this.#scrubDown(this.#scrubbed, bytes, { start, count: taken });
    const part = withoutOmitted(body, bytes, { start, count: taken });
    const isFlowing = head === "" ? this.#client.write(part) : writeTogether(this.#client, head, part.length === 0 ? [] : [part]);
    if (!isFlowing) this.#upstream?.socket.pause();
    if (!body.isDone) return;
    // Bytes after the end of an answer belong to nobody: the connection that carried them is not used again.
    this.#complete(start + taken < bytes.length);
  }

  /** The client may be told the rest later than the upstream has said it. */
  #scrubDown(scrubbed: ScrubbedAnswer, bytes: Buffer, taken: { readonly start: number; readonly count: number }): void {
    const body = this.#responseBody as BodyScanner;
    if (body.isDone) this.#releaseUpstream(taken.start + taken.count < bytes.length);
    if (!scrubbed.push(body, bytes, taken)) this.#upstream?.socket.pause();
  }

  #createScrubbed(): ScrubbedAnswer | null {
    const { scrub, received } = this.#options.prepared;
    if (scrub === null) return null;
    return new ScrubbedAnswer(scrub, {
      client: this.#client,
      host: received.authority.host,
      onEnd: () => this.#complete(),
      onFail: (error) => this.#fail(error),
      resumeUpstream: () => void this.#upstream?.socket.resume(),
    });
  }

  #complete(hasExtraBytes = false): void {
    if (this.#isSettled) return;
    this.#releaseUpstream(hasExtraBytes);
    this.#finish(null);
  }

  #releaseUpstream(hasExtraBytes: boolean): void {
    const connection = this.#detach();
    const isReusable = !hasExtraBytes && this.#response?.wantsClose === false && this.#requestBody.isDone;
    if (connection !== null && isReusable) this.#options.context.upstreams.raw.giveBack(connection);
    else connection?.socket.destroy();
  }

  #fail(error: KeywardError): void {
    if (this.#isSettled) return;
    this.#failure = toKeywardError(error);
    this.#detach()?.socket.destroy();
    this.#finish(this.#failure);
  }

  #brokenError(why: string): KeywardError {
    const { authority } = this.#options.prepared.received;
    return new KeywardError("UPSTREAM_BROKEN", `${formatAuthority(authority)} broke the exchange (${why})`, {
      detail: { host: authority.host },
    });
  }

  #detach(): RawConnection | null {
    const connection = this.#upstream;
    this.#upstream = null;
    connection?.letGo();
    return connection;
  }

  #finish(error: KeywardError | null): void {
    this.#isSettled = true;
    this.#requestBody.stop();
    this.#scrubbed?.stop();
    this.#settle(this.#outcome(error));
  }

  #outcome(error: KeywardError | null): Delivered {
    return {
      status: this.#scrubbed?.isStarted === false ? null : (this.#response?.status ?? null),
      bytesUp: this.#requestBody.payloadBytes,
      bytesDown: this.#responseBody?.payloadBytes ?? 0,
      masked: this.#scrubbed?.count ?? 0,
      error,
    };
  }
}
