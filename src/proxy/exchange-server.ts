// Both protocols of an intercepted host: node's parsers over TLS sockets that connect.ts hands in, each with its tunnel.
// In: sockets with a TunnelContext. Out: calls of the pipeline. It listens on no port, so nobody reaches it without a tunnel.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AuditRecord } from "../audit/sink.ts";
import { KeywardError, systemCode } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { ControlFrames } from "./client/control-frames.ts";
import { http1Client } from "./client/http1.ts";
import { http1Upgrade } from "./client/http1-upgrade.ts";
import { Http2Client } from "./client/http2.ts";
import { http2Upgrade, isExtendedConnect } from "./client/http2-upgrade.ts";
import { serve, type TunnelContext } from "./pipeline.ts";
import { refusalFor, writeRefusal } from "./refuse.ts";
import { StrictLane } from "./strict/strict-lane.ts";
import { isWebSocketUpgrade, serveUpgrade } from "./upgrade.ts";

/** Request line and head together; a target of 64 KiB fits. */
export const MAX_HEAD_BYTES = 96 * 1024;
const HEAD_TIMEOUT_MS = 10_000;

export const PARSER_OPTIONS = {
  maxHeaderSize: MAX_HEAD_BYTES,
  insecureHTTPParser: false,
  requireHostHeader: false,
  // An idle client may keep its connection, and an upload may take hours; only a head that never ends is cut.
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: HEAD_TIMEOUT_MS,
  connectionsCheckingInterval: 2_000,
  noDelay: true,
} as const;

/** Many short fields, cookies in crumbs: the limit of the whole head is enough, the parsers' own on their number come first and are silent. */
const MAX_HTTP2_FIELDS = MAX_HEAD_BYTES / 32;

/** Windows that let one stream run at full speed; a cap on streams that no honest client reaches. */
const HTTP2_OPTIONS = {
  settings: { initialWindowSize: 1024 * 1024, maxConcurrentStreams: 256, maxHeaderListSize: MAX_HEAD_BYTES, enableConnectProtocol: true },
  maxHeaderListPairs: MAX_HTTP2_FIELDS,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  maxSendHeaderBlockLength: MAX_HEAD_BYTES * 2,
} as const;
const HTTP2_CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

/** node's own: the answer that is being written. */
type AnsweredSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

export class ExchangeServer {
  readonly #http1: Server;
  readonly #contexts = new WeakMap<object, TunnelContext>();
  /** The last response begun on a socket. */
  readonly #responses = new WeakMap<object, ServerResponse>();

  constructor() {
    this.#http1 = this.#createHttp1();
  }

  accept(socket: TLSSocket, context: TunnelContext): void {
    if (socket.alpnProtocol === "h2") acceptHttp2(socket, context);
    else new StrictLane(socket, { context, handOver: (back) => this.acceptGeneral(back, context) });
  }

  /** HTTP/1.x that the strict lane does not recognise: node's parser reads it, the steps decide. */
  acceptGeneral(socket: Socket, context: TunnelContext): void {
    this.#contexts.set(socket, context);
    this.#http1.emit("connection", socket);
  }

  close(): void {
    this.#http1.close();
  }

  #createHttp1(): Server {
    const server = createServer(PARSER_OPTIONS, (request, response) => this.#serve(request, response, false));
    keepAllFields(server);
    server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response, true));
    server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response, false));
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#afterAnswer(socket, () => this.#upgrade(request, socket, head));
    });
    server.on("connect", (_request: IncomingMessage, socket: Socket) => {
      const refusal = new KeywardError("METHOD_REFUSED", "CONNECT is not carried inside a tunnel");
      this.#afterAnswer(socket, () => this.#refuse(socket, refusal));
    });
    server.on("clientError", (error: Error, socket: Socket) => this.#refuseUnparsed(error, socket));
    // A server that never listens starts its head timer on this event (node:http, setupConnectionsTracking).
    server.emit("listening");
    return server;
  }

  #serve(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const context = this.#contexts.get(request.socket);
    if (context === undefined) return void request.socket.destroy();
    this.#responses.set(request.socket, response);
    void serve(http1Client({ request, response, target: request.url ?? "", expectsContinue }), context);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const context = this.#contexts.get(socket);
    if (context === undefined) return void socket.destroy();
    if (isWebSocketUpgrade(request.rawHeaders)) {
      void serveUpgrade(http1Upgrade({ request, socket, head, target: request.url ?? "" }), context);
      return;
    }
    this.#refuse(socket, new KeywardError("UPGRADE_UNSUPPORTED", "of protocol upgrades only WebSocket is carried"));
  }

  /** node hands a socket over at once, also when requests before this one on it are still being answered. */
  #afterAnswer(socket: AnsweredSocket, act: () => void): void {
    const response = this.#responses.get(socket);
    if (response === undefined || response.writableFinished || response.destroyed) return act();
    // With the parser, those who listened to the socket for the answers have gone.
    // oxlint-disable-next-line no-underscore-dangle -- node's name
    const onDrain = (): void => void socket._httpMessage?.emit("drain");
    const onError = (): void => void socket.destroy();
    socket.on("drain", onDrain).on("error", onError);
    response.once("finish", () => {
      socket.off("drain", onDrain).off("error", onError);
      // An answer that ended the connection leaves nothing to answer on.
      if (socket.writable) act();
    });
  }

  #refuse(socket: Socket, error: KeywardError): void {
    const context = this.#contexts.get(socket);
    const requestId = context === undefined ? newId("req") : recordRefusal(context, error);
    writeRefusal(socket, refusalFor(error, requestId));
  }

  /** What cannot be parsed behind a request must not be answered before that request is, nor in the midst of its answer. */
  #refuseUnparsed(error: Error, socket: Socket): void {
    const response = this.#responses.get(socket);
    // A client that leaves within a body: its request has a record of its own, which says so.
    if (response?.req.complete === false && systemCode(error) === "HPE_INVALID_EOF_STATE") return void socket.destroy();
    const isPending = response !== undefined && !response.writableFinished && !response.destroyed;
    if (isPending && response.req.complete) return void response.once("finish", () => this.#refuseUnparsed(error, socket));
    if (isPending && response.headersSent) socket.destroy();
    const context = this.#contexts.get(socket);
    refuseUnparsed(error, socket, (known) => (context === undefined ? newId("req") : recordRefusal(context, known)));
  }
}

/** node drops what comes behind the first thousand and says nothing. */
export function keepAllFields(server: Server): void {
  server.maxHeadersCount = 0;
}

function acceptHttp2(socket: TLSSocket, context: TunnelContext): void {
  // The socket may be half open, a session never is: a client that hangs up ends all its streams.
  socket.once("end", () => socket.destroy());
  const session = performServerHandshake(socket, HTTP2_OPTIONS);
  session.setLocalWindowSize(HTTP2_CONNECTION_WINDOW_BYTES);
  // A protocol error ends its session; without a listener it would end the process.
  session.on("error", (error: Error) => {
    session.destroy();
    if (isBreach(error)) recordRefusal(context, new KeywardError("REQUEST_MALFORMED", "the client broke HTTP/2", { cause: error }));
  });
  endFloods(session, socket, context);
  // oxlint-disable-next-line max-params -- node calls it so
  session.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, rawHeaders?: string[]) => {
    stream.on("error", () => undefined);
    const arrival = { stream, headers, flags, rawHeaders: rawHeaders ?? [] };
    if (isExtendedConnect(arrival)) void serveUpgrade(http2Upgrade(arrival), context);
    else void serve(new Http2Client(arrival), context);
  });
}

function endFloods(session: ServerHttp2Session, socket: TLSSocket, context: TunnelContext): void {
  const frames = new ControlFrames(performance.now());
  const count = (): void => {
    if (session.destroyed || !frames.isFlood(performance.now(), socket.bytesRead + socket.bytesWritten)) return;
    session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    recordRefusal(context, new KeywardError("REQUEST_MALFORMED", "the client floods its HTTP/2 connection"));
  };
  session.on("ping", count).on("remoteSettings", count);
}

/** nghttp2 found fault, as against a client that has merely gone away. */
function isBreach(error: Error): boolean {
  return ["ERR_HTTP2_ERROR", "ERR_HTTP2_TOO_MANY_INVALID_FRAMES"].includes(systemCode(error) ?? "");
}

/** What node's parser refused, as one of ours. */
export function unparsedError(error: Error): KeywardError {
  switch (systemCode(error)) {
    case "HPE_HEADER_OVERFLOW":
      return new KeywardError("REQUEST_TOO_LARGE", `the request head is over ${MAX_HEAD_BYTES / 1024} KiB`);
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new KeywardError("REQUEST_TIMEOUT", "the request head did not arrive in time");
    default:
      return new KeywardError("REQUEST_MALFORMED", "the request is not well-formed HTTP/1.1", { cause: error });
  }
}

/** `record` notes the refusal and gives the request id that its answer carries. */
export function refuseUnparsed(error: Error, socket: Socket, record: (error: KeywardError) => string): void {
  // The parser chokes on everything that follows, too; the answer is on its way.
  if (socket.writableEnded) return;
  const code = systemCode(error);
  const known = unparsedError(error);
  const requestId = code === "ECONNRESET" ? null : record(known);
  if (requestId === null || !socket.writable || code === "EPIPE") socket.destroy();
  else writeRefusal(socket, refusalFor(known, requestId));
}

/** Under the id that is returned, for the answer to carry. */
function recordRefusal(context: TunnelContext, error: KeywardError): string {
  context.run.countRequest(true);
  return appendRefusal(context.ports, error, { runId: context.run.id, ...context.tunnel.authority });
}

export function appendRefusal(
  ports: TunnelContext["ports"],
  error: KeywardError,
  at: Pick<AuditRecord, "runId" | "host" | "port" | "method">,
): string {
  const requestId = newId("req");
  try {
    ports.audit.append({ kind: "denied", requestId, ...at, status: error.httpStatus, code: error.code });
  } catch {
    ports.log("error", "the audit record of a refused request could not be written", { requestId });
  }
  return requestId;
}
