// A WebSocket handshake over HTTP/1.1 (RFC 6455): node hands over the socket, the answer is written by hand.
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { headerValue, type RawHeaders } from "../../core/headers.ts";
import { writeRefusal } from "../refuse.ts";
import { acceptKey, type UpgradeClient } from "../upgrade.ts";

export function http1Upgrade(message: {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly target: string;
}): UpgradeClient {
  const { request, socket, head, target } = message;
  if (head.length > 0) socket.unshift(head);
  return {
    head: { method: request.method ?? "", target, httpVersion: request.httpVersion, headers: request.rawHeaders },
    stream: socket,
    isHttp2: false,
    get isGone() {
      return socket.destroyed;
    },
    onGone: (listener) => void socket.once("close", listener),
    accept(headers) {
      const key = acceptKey(headerValue(request.rawHeaders, "sec-websocket-key") ?? "");
      socket.write(switchHead([...headers, "Sec-WebSocket-Accept", key]), "latin1");
    },
    cut: () => void socket.destroy(),
    decline({ status, statusText, headers }, body) {
      const response = new ServerResponse(request);
      response.assignSocket(socket);
      response.shouldKeepAlive = false;
      response.sendDate = false;
      response.writeHead(status, statusText, headers as string[]);
      body.on("error", () => socket.destroy());
      body.once("close", () => {
        if (!body.readableEnded) socket.destroy();
      });
      body.pipe(response);
      response.on("finish", () => socket.end());
    },
    refuse: (refusal) => writeRefusal(socket, refusal),
  };
}

function switchHead(headers: RawHeaders): string {
  let head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}
