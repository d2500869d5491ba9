// The client side of an HTTP/1.x exchange, over node's request and response.
// Raw header arrays in and out keep case, order and duplicates.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { headerValue, type RawHeaders } from "../../core/headers.ts";
import { sendRefusal } from "../refuse.ts";
import { breakOff } from "./break-off.ts";
import type { ClientSide } from "./client-side.ts";

export interface Http1Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Origin form; differs from `request.url` for absolute-form requests. */
  readonly target: string;
  readonly expectsContinue: boolean;
}

const NOTHING = Buffer.alloc(0);

export function http1Client({ request, response, target, expectsContinue }: Http1Message): ClientSide {
  let sentBytes = 0;
  let hasBody = true;
  let hasLength = false;
  let isContinued = false;
  const hasRequest = hasRequestBody(request);
  return {
    head: { method: request.method ?? "", target, httpVersion: request.httpVersion, headers: request.rawHeaders },
    body: hasRequest ? request : null,
    trailers: () => request.rawTrailers,
    expectsContinue: expectsContinue && hasRequest,
    isHttp2: false,
    sendContinue() {
      if (isContinued) return;
      isContinued = true;
      if (!response.headersSent) response.writeContinue();
    },
    sendInformational(status, headers) {
      // node writes 1xx heads only for the statuses it knows; the socket is ours alone until the head leaves.
      if (request.httpVersion === "1.1" && !response.headersSent) response.socket?.write(informationalHead(status, headers), "latin1");
    },
    start({ status, statusText, headers }) {
      hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
      hasLength = headerValue(headers, "content-length") !== null;
      response.sendDate = false;
      // Whether the body that was waiting for a 100 still comes, nobody can know: the connection ends (RFC 9110 §10.1.1).
      if (expectsContinue && !isContinued && !request.complete) response.shouldKeepAlive = false;
      response.writeHead(status, statusText, headers as string[]);
      // A head with nothing behind it (SSE before its first event) must not wait; one with a body leaves in one write.
      // Not flushHeaders: it writes the head as UTF-8, which makes two bytes of every byte above 0x7f.
      setImmediate(() => sentBytes === 0 && !response.writableEnded && response.write(NOTHING));
    },
    write(chunk) {
      sentBytes += chunk.length;
      return !hasBody || response.write(chunk);
    },
    finish(trailers) {
      if (trailers.length > 0 && response.chunkedEncoding) response.addTrailers(pairs(trailers));
      response.end();
    },
    cut: () => cutResponse(response, hasBody && !hasLength),
    refuse: (refusal, endsConnection) => sendRefusal(response, refusal, request.complete && !endsConnection),
    get isStarted() {
      return response.headersSent;
    },
    get isGone() {
      return response.destroyed || request.socket.destroyed;
    },
    onDrain: (listener) => void response.on("drain", listener),
    onGone: (listener) => whenGone(request.socket, response, listener),
  };
}

/** An answer that waits behind another has no socket yet, and hears nothing of the end of the one it would have. */
function whenGone(socket: Socket, response: ServerResponse, listener: () => void): void {
  const onClose = (): void => {
    socket.off("close", onClose);
    response.off("close", onClose);
    if (!response.writableFinished) listener();
  };
  response.once("close", onClose);
  if (response.socket === null) socket.setMaxListeners(0).once("close", onClose);
}

/** @param isUntold no length was stated: in chunks the last one is missing, and without them (HTTP/1.0) an end would be the answer's */
function cutResponse(response: ServerResponse, isUntold: boolean): void {
  if (isUntold && !response.chunkedEncoding && response.socket !== null) breakOff(response.socket);
  else response.destroy();
}

/** A body is announced by its framing (RFC 9112 §6.3); anything else has none. */
function hasRequestBody(request: IncomingMessage): boolean {
  return request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
}

function informationalHead(status: number, headers: RawHeaders): string {
  let head = `HTTP/1.1 ${status} ${status === 103 ? "Early Hints" : "Informational"}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}

function pairs(trailers: RawHeaders): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < trailers.length; i += 2) list.push([trailers[i] ?? "", trailers[i + 1] ?? ""]);
  return list;
}
