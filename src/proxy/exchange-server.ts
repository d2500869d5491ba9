// The HTTP/1.1 side of an intercepted host: node's parser over TLS sockets that connect.ts hands in, each with its tunnel.
// In: sockets with a TunnelContext. Out: calls of the pipeline. It listens on no port, so nobody reaches it without a tunnel.
// HTTP/2 gets its own server beside this one; both call `serve`.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { KeywardError, systemCode } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { http1Client } from "./client/http1.ts";
import { serve, type TunnelContext } from "./pipeline.ts";
import { refusalFor, writeRefusal } from "./refuse.ts";

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

export class ExchangeServer {
  readonly #server: Server;
  readonly #contexts = new WeakMap<Socket, TunnelContext>();

  constructor() {
    this.#server = createServer(PARSER_OPTIONS, (request, response) => this.#serve(request, response, false));
    this.#server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response, true));
    this.#server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response, false));
    this.#server.on("connect", (_request: IncomingMessage, socket: Socket) => {
      writeRefusal(socket, refusalFor(new KeywardError("METHOD_REFUSED", "CONNECT is not carried inside a tunnel"), newId("req")));
    });
    this.#server.on("clientError", (error: Error, socket: Socket) => this.#refuseUnparsed(error, socket));
    // A server that never listens starts its head timer on this event (node:http, setupConnectionsTracking).
    this.#server.emit("listening");
  }

  accept(socket: Socket, context: TunnelContext): void {
    this.#contexts.set(socket, context);
    this.#server.emit("connection", socket);
  }

  close(): void {
    this.#server.close();
  }

  #serve(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const context = this.#contexts.get(request.socket);
    if (context === undefined) {
      request.socket.destroy();
      return;
    }
    void serve(http1Client({ request, response, target: request.url ?? "", expectsContinue }), context);
  }

  #refuseUnparsed(error: Error, socket: Socket): void {
    const context = this.#contexts.get(socket);
    if (context !== undefined) recordUnparsed(context, unparsedError(error));
    refuseUnparsed(error, socket);
  }
}

/** What node's parser refused, as one of ours. */
export function unparsedError(error: Error): KeywardError {
  switch (systemCode(error)) {
    case "HPE_HEADER_OVERFLOW":
      return new KeywardError("REQUEST_TOO_LARGE", `the request head is over ${MAX_HEAD_BYTES / 1024} KiB`);
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new KeywardError("REQUEST_MALFORMED", "the request head did not arrive in time");
    default:
      return new KeywardError("REQUEST_MALFORMED", "the request is not well-formed HTTP/1.1", { cause: error });
  }
}

export function refuseUnparsed(error: Error, socket: Socket): void {
  const code = systemCode(error);
  if (!socket.writable || code === "ECONNRESET" || code === "EPIPE") socket.destroy();
  else writeRefusal(socket, refusalFor(unparsedError(error), newId("req")));
}

function recordUnparsed(context: TunnelContext, error: KeywardError): void {
  if (systemCode(error.cause) === "ECONNRESET") return;
  const { host, port } = context.tunnel.authority;
  context.run.countRequest(true);
  try {
    const record = { kind: "denied", requestId: newId("req"), runId: context.run.id, host, port, code: error.code } as const;
    context.ports.audit.append({ ...record, status: error.httpStatus });
  } catch {
    context.ports.log("error", "the audit record of a refused request could not be written");
  }
}
