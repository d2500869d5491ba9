// A TLS server on loopback that answers with bytes of a test's own, right or wrong, and remembers the requests it was sent.
// In: what to write for each request. Out: the requests, the connections, `upstream.resolve` entries. It reads requests by their framing alone.
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { makeThrowawayAuthority, type ThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import { Arrivals } from "./wait.ts";

export interface RawRequest {
  readonly line: string;
  /** Name and value in turn. */
  readonly fields: readonly string[];
  /** As sent, chunk framing included. */
  readonly body: Buffer;
  /** Payload alone. */
  readonly payload: Buffer;
  readonly trailers: readonly string[];
  readonly socket: TLSSocket;
}

export interface RawUpstreamOptions {
  readonly hosts: readonly string[];
  /** Called when the whole request is there. */
  readonly onRequest?: (request: RawRequest, count: number) => void;
  /** Called when the head is there, before any body. */
  readonly onHead?: (head: Pick<RawRequest, "line" | "fields" | "socket">) => void;
  readonly address?: string;
}

export class RawUpstream {
  readonly authority: ThrowawayAuthority;
  readonly requests: RawRequest[] = [];
  readonly connections: TLSSocket[] = [];
  /** The TCP connections below them. */
  readonly wires: Socket[] = [];
  readonly #server: Server;
  readonly #arrivals = new Arrivals<RawRequest>();
  readonly #address: string;

  constructor(options: RawUpstreamOptions) {
    const { authority, leaf } = certify(options.hosts);
    this.authority = authority;
    this.#address = options.address ?? "127.0.0.1";
    this.#server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (socket) => this.#accept(socket, options));
    this.#server.on("tlsClientError", () => undefined);
    this.#server.on("connection", (wire: Socket) => this.wires.push(wire));
  }

  async listen(): Promise<this> {
    this.#server.listen(0, this.#address);
    await once(this.#server, "listening");
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  resolveEntries(hosts: readonly string[]): string[] {
    const address = this.#address.includes(":") ? `[${this.#address}]` : this.#address;
    return hosts.map((host) => `${host}:443=${address}:${this.port}`);
  }

  nextRequest(): Promise<RawRequest> {
    return this.#arrivals.next();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.connections) socket.destroy();
    await closed;
  }

  #accept(socket: TLSSocket, options: RawUpstreamOptions): void {
    this.connections.push(socket);
    socket.on("error", () => undefined);
    let unread = Buffer.alloc(0);
    let isHeadSeen = false;
    socket.on("data", (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      for (;;) {
        const head = readHead(unread, socket);
        if (head === null) return;
        if (!isHeadSeen) options.onHead?.(head);
        isHeadSeen = true;
        const body = readBody(unread, head);
        if (body === null) return;
        isHeadSeen = false;
        unread = unread.subarray(body.end);
        const request: RawRequest = { ...head, ...body };
        this.requests.push(request);
        this.#arrivals.arrive(request);
        options.onRequest?.(request, this.requests.length);
      }
    });
  }
}

let shared: { readonly authority: ThrowawayAuthority; readonly leaves: Map<string, ReturnType<ThrowawayAuthority["issue"]>> } | undefined;

/** Keys take a moment to make; one authority and one leaf for the same hosts do for all upstreams of a test file. */
function certify(hosts: readonly string[]): { authority: ThrowawayAuthority; leaf: ReturnType<ThrowawayAuthority["issue"]> } {
  shared ??= { authority: makeThrowawayAuthority(), leaves: new Map() };
  const { authority, leaves } = shared;
  const leaf = leaves.get(hosts.join()) ?? authority.issue([...hosts]);
  leaves.set(hosts.join(), leaf);
  return { authority, leaf };
}

export function startRawUpstream(options: RawUpstreamOptions): Promise<RawUpstream> {
  return new RawUpstream(options).listen();
}

interface Head {
  readonly line: string;
  readonly fields: readonly string[];
  readonly socket: TLSSocket;
  readonly end: number;
}

function readHead(bytes: Buffer, socket: TLSSocket): Head | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [line = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  return { line, fields: lines.flatMap(splitField), socket, end: end + 4 };
}

function splitField(text: string): [string, string] {
  const colon = text.indexOf(":");
  return [text.slice(0, colon), text.slice(colon + 1).trim()];
}

function readBody(bytes: Buffer, head: Head): { body: Buffer; payload: Buffer; trailers: string[]; end: number } | null {
  const value = (name: string) => head.fields.find((_field, at) => at % 2 === 1 && head.fields[at - 1]?.toLowerCase() === name);
  if (value("transfer-encoding") !== undefined) return readChunks(bytes, head.end);
  const end = head.end + Number(value("content-length") ?? 0);
  if (bytes.length < end) return null;
  const body = bytes.subarray(head.end, end);
  return { body, payload: body, trailers: [], end };
}

function readChunks(bytes: Buffer, from: number): { body: Buffer; payload: Buffer; trailers: string[]; end: number } | null {
  const payload: Buffer[] = [];
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    at = lineEnd + 2;
    if (size === 0) break;
    if (bytes.length < at + size + 2) return null;
    payload.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
  const end = bytes.indexOf("\r\n\r\n", at - 2);
  if (end < 0) return null;
  const lines = bytes
    .toString("latin1", at, Math.max(at, end))
    .split("\r\n")
    .filter((text) => text !== "");
  return { body: bytes.subarray(from, end + 4), payload: Buffer.concat(payload), trailers: lines.flatMap(splitField), end: end + 4 };
}
