// What nearly every connection to the proxy begins with is one CONNECT in one piece: it is read here, without a parser and its objects,
// which a connection that carries a single request would pay for as much as for the request.
// In: the sockets of the listener. Out: CONNECT requests with what came behind them; every other socket goes to node's parser, with its bytes.
// It accepts less than the parser does, never more: what it does not recognise at once is not its own.
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { isFieldName, isFieldValue } from "../../core/shapes/field-characters.ts";
import type { ConnectRequest } from "../connect.ts";
import { withoutOuterSpace } from "../strict/head-grammar.ts";

/** As long as the parser waits for a head. */
const FIRST_BYTES_TIMEOUT_MS = 10_000;
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = "\r\n\r\n";
const REQUEST_LINE = /^CONNECT ([!-~]{1,300}) HTTP\/1\.1$/;
/** Of a CONNECT with a body nobody knows where it ends (RFC 9110 §9.3.6); the parser has its rule for it. */
const FRAMING = /^(?:content-length|transfer-encoding|upgrade|expect)$/i;

export function frontConnects(server: Server, onConnect: (request: ConnectRequest) => void): void {
  const parsers = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    listenFirst(socket, (first) => {
      const request = first === null ? null : readConnect(first);
      if (request !== null) return onConnect({ ...request, socket });
      if (first !== null) socket.unshift(first);
      for (const parse of parsers) parse.call(server, socket);
    });
  });
}

/** Calls back once, with the first bytes, or null when there were none in time or ever. */
function listenFirst(socket: Socket, onFirst: (first: Buffer | null) => void): void {
  const settle = (first: Buffer | null): void => {
    clearTimeout(timer);
    socket.off("data", settle).off("end", onNone).off("close", onNone).off("error", onNone);
    // As node's server leaves a socket that it hands over: neither flowing nor paused, so that whoever reads next begins.
    Object.assign(socket.pause(), { readableFlowing: null });
    if (!socket.destroyed) onFirst(first);
  };
  const onNone = (): void => {
    settle(null);
    socket.destroy();
  };
  const timer = setTimeout(onNone, FIRST_BYTES_TIMEOUT_MS);
  socket.on("data", settle).on("end", onNone).on("close", onNone).on("error", onNone);
}

/** The request when it is whole and plain, else null. */
export function readConnect(bytes: Buffer): Omit<ConnectRequest, "socket"> | null {
  if (bytes[0] !== 0x43) return null;
  const end = bytes.indexOf(HEAD_END);
  if (end < 0 || end > MAX_HEAD_BYTES) return null;
  const [line = "", ...fields] = bytes.toString("latin1", 0, end).split("\r\n");
  const target = REQUEST_LINE.exec(line)?.[1];
  if (target === undefined) return null;
  const headers: string[] = [];
  for (const field of fields) {
    const colon = field.indexOf(":");
    const name = field.slice(0, Math.max(colon, 0));
    const value = withoutOuterSpace(field, colon + 1);
    if (!isFieldName(name) || !isFieldValue(value) || FRAMING.test(name)) return null;
    headers.push(name, value);
  }
  return { target, headers, head: bytes.subarray(end + HEAD_END.length) };
}
