// A real TLS server on loopback that stands in for any provider: it says what a test tells it to say and remembers everything it heard.
// In: host names, an answer or a handler, the kind of certificate. Out: the port, the exact bytes of every connection, every request parsed.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { makeThrowawayAuthority, type ThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import { Arrivals } from "./wait.ts";

export type CertificateKind = "good" | "expired" | "not-yet-valid" | "self-signed" | "wrong-host";

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  /** Name and value in turn, as sent. */
  readonly rawHeaders: readonly string[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly connection: RecordedConnection;
}

export interface RecordedConnection {
  /** SNI the client sent. */
  readonly serverName: string | null;
  /** Every decrypted byte received so far. */
  bytes(): Buffer;
  readonly closed: Promise<void>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** Sent one by one, each after the one before has been flushed; chunked unless `headers` has a length. */
  readonly chunks?: readonly (string | Buffer)[];
  readonly trailers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Cut the connection after the body or chunks, without an end. */
  readonly abort?: boolean;
}

/** Gets the request whole, body included. */
export type Responder = (request: RecordedRequest) => Answer | Promise<Answer>;
/** Gets node's own pair, for streaming in either direction. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TlsUpstreamOptions {
  readonly hosts: readonly string[];
  readonly answer?: Answer | Responder;
  /** Instead of `answer`; such requests are recorded as connections only. */
  readonly handle?: RawHandler;
  readonly certificate?: CertificateKind;
  readonly authority?: ThrowawayAuthority;
}

export class TlsUpstream {
  readonly authority: ThrowawayAuthority;
  readonly requests: RecordedRequest[] = [];
  readonly connections: RecordedConnection[] = [];
  readonly #server: Server;
  readonly #arrivals = new Arrivals<RecordedRequest>();
  #answer: Answer | Responder;

  constructor(options: TlsUpstreamOptions) {
    this.authority = options.authority ?? makeThrowawayAuthority();
    this.#answer = options.answer ?? { body: "ok" };
    const leaf = issue(this.authority, options);
    const handle = options.handle ?? ((request: IncomingMessage, response: ServerResponse): void => void this.#respond(request, response));
    this.#server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem, keepAliveTimeout: 30_000 }, handle);
    this.#server.on("secureConnection", (socket: TLSSocket) => this.#record(socket));
    this.#server.on("tlsClientError", () => {});
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `upstream.resolve` entries that point these hosts here. */
  resolveEntries(hosts: readonly string[]): string[] {
    return hosts.map((host) => `${host}:443=127.0.0.1:${this.port}`);
  }

  /** What later requests are told. */
  answerWith(answer: Answer | Responder): void {
    this.#answer = answer;
  }

  /** The next request that has not been asked for yet; waits for one to arrive. */
  nextRequest(): Promise<RecordedRequest> {
    return this.#arrivals.next();
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #record(socket: TLSSocket): void {
    const heard: Buffer[] = [];
    // A data listener makes node's parser read through the stream, so both see every byte.
    socket.on("data", (chunk: Buffer) => heard.push(chunk));
    socket.on("error", () => {});
    const serverName = typeof socket.servername === "string" ? socket.servername : null;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const connection: RecordedConnection = { serverName, bytes: () => Buffer.concat(heard), closed };
    this.connections.push(connection);
    bySocket.set(socket, connection);
  }

  async #respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readWhole(incoming);
      this.requests.push(request);
      this.#arrivals.arrive(request);
      await send(response, typeof this.#answer === "function" ? await this.#answer(request) : this.#answer);
    } catch {
      response.destroy();
    }
  }
}

const bySocket = new WeakMap<object, RecordedConnection>();

export function startTlsUpstream(options: TlsUpstreamOptions): Promise<TlsUpstream> {
  return new TlsUpstream(options).listen();
}

function issue(
  authority: ThrowawayAuthority,
  { hosts, certificate = "good" }: TlsUpstreamOptions,
): ReturnType<ThrowawayAuthority["issue"]> {
  const days = (count: number): Date => new Date(Date.now() + count * 86_400_000);
  switch (certificate) {
    case "good":
      return authority.issue(hosts);
    case "expired":
      return authority.issue(hosts, { notBefore: days(-3), notAfter: days(-2) });
    case "not-yet-valid":
      return authority.issue(hosts, { notBefore: days(2), notAfter: days(3) });
    case "self-signed":
      return authority.issue(hosts, { selfSigned: true });
    case "wrong-host":
      return authority.issue(["wrong.example"]);
  }
}

async function readWhole(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const connection = bySocket.get(incoming.socket);
  if (connection === undefined) throw new Error("a request on a connection that was never recorded");
  return {
    method: incoming.method ?? "",
    target: incoming.url ?? "",
    httpVersion: incoming.httpVersion,
    rawHeaders: [...incoming.rawHeaders],
    headers: { ...incoming.headers },
    body: Buffer.concat(chunks),
    trailers: { ...incoming.trailers },
    connection,
  };
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
  response.writeHead(answer.status ?? 200, answer.headers as Record<string, string | string[]> | undefined);
  for (const chunk of answer.chunks ?? []) await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
  if (answer.trailers !== undefined) response.addTrailers(answer.trailers);
  if (answer.abort === true) {
    if (answer.body !== undefined) await new Promise<void>((resolve) => response.write(answer.body, () => resolve()));
    response.destroy();
    return;
  }
  response.end(answer.body);
}
