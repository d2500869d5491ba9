// A small stand-in for the run's proxy: asks for credentials, answers CONNECT, and ends TLS itself with leaves of a fresh authority.
// In: nothing, or hosts to refuse. Out: the proxy URL's parts, the authority's certificate, and every target and request it saw.
import { once } from "node:events";
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createAuthority } from "../../../src/certs/authority.ts";
import { LeafCache } from "../../../src/certs/leaf-cache.ts";
import { systemClock } from "../../../src/core/clock.ts";
import type { StoredAuthority } from "../../../src/store/profile-store.ts";

export interface SeenRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
  readonly authorization: string | null;
  readonly bodyBytes: number;
}

interface Refusal {
  readonly status: string;
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
}

const REFUSALS = {
  token: { status: "407 Proxy Authentication Required", code: "PROXY_AUTH_REQUIRED", message: "no live run has this token" },
  method: { status: "400 Bad Request", code: "REQUEST_MALFORMED", message: "not a CONNECT" },
  rule: { status: "403 Forbidden", code: "RULE_DENIED", message: "a rule of the run forbids this host" },
} as const satisfies Record<string, Refusal>;

/** Answers every request with `PONG <host> <path>`; `/large` with 8 MiB, `/stream` with a line and no end. */
export class ConnectProxy {
  readonly authority: StoredAuthority = createAuthority(Date.now());
  readonly runId = "run_test0123456789";
  readonly token = "token".padEnd(43, "0");
  /** CONNECT targets with the right credentials, in order. */
  readonly targets: string[] = [];
  readonly requests: SeenRequest[] = [];
  /** Names TLS asked for. */
  readonly serverNames: string[] = [];
  /** Heads of requests that were not let in. */
  readonly refused: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #origin: Http2SecureServer;
  /** Resolved whenever an origin response is cut by the client. */
  readonly aborted: Promise<void>;
  #abort: () => void = () => {};

  constructor() {
    const leaves = new LeafCache(this.authority, systemClock);
    this.aborted = new Promise((resolve) => (this.#abort = resolve));
    this.#origin = createSecureServer({
      allowHTTP1: true,
      SNICallback: (name, callback) => {
        this.serverNames.push(name);
        callback(null, leaves.secureContextFor(name));
      },
    });
    this.#origin.on("request", (request, response) => void this.#answer(request, response));
    this.#origin.on("sessionError", () => {});
    this.#server = createServer((socket) => this.#admit(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${this.runId}:${this.token}@127.0.0.1:${this.port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #admit(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", onData);
      this.#decide(socket, head.toString("latin1", 0, end), head.subarray(end + 4));
    };
    socket.on("data", onData);
  }

  #decide(socket: Socket, head: string, rest: Buffer): void {
    const target = /^CONNECT (\S+) HTTP\/1\.[01]/.exec(head)?.[1];
    const wanted = `Basic ${Buffer.from(`${this.runId}:${this.token}`).toString("base64")}`;
    if (/^proxy-authorization: (.*)$/im.exec(head)?.[1]?.trim() !== wanted) return this.#refuse(socket, head, REFUSALS.token);
    if (target === undefined) return this.#refuse(socket, head, REFUSALS.method);
    if (target.startsWith("recorded.")) return this.#refuse(socket, head, { ...REFUSALS.rule, requestId: "req_Recorded1" });
    if (target.startsWith("denied.")) return this.#refuse(socket, head, REFUSALS.rule);
    this.targets.push(target);
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (rest.length > 0) socket.unshift(rest);
    this.#origin.emit("connection", socket);
  }

  #refuse(socket: Socket, head: string, { status, code, message, requestId }: Refusal): void {
    this.refused.push(head);
    const body = JSON.stringify({ error: { code, message, hint: "keyward run --explain", request_id: requestId } });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }

  async #answer(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    let bodyBytes = 0;
    for await (const chunk of request) bodyBytes += (chunk as Buffer).length;
    const host = request.headers[":authority"] ?? request.headers.host ?? "";
    const path = request.url;
    const authorization = request.headers.authorization ?? null;
    this.requests.push({ host, method: request.method, path, httpVersion: request.httpVersion, authorization, bodyBytes });
    if (path === "/stream") {
      response.once("close", () => this.#abort());
      response.write("first\n");
    } else response.end(path === "/large" ? Buffer.alloc(8 * 1024 * 1024, "x") : `PONG ${host} ${path}`);
  }
}
