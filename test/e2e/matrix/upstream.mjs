// One TLS server on loopback that stands in for every host of the matrix, over HTTP/1.1, HTTP/2 and WebSocket. It answers 401 unless the
// real key arrived in the place of its host, and then lets the host's fake answer. In: fakes, keys. Out: what it saw since the last `watch`.
import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { WebSocketServer } from "ws";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import { holdsKey } from "./places.mjs";

/**
 * @typedef {object} Fake one file of test/e2e/fakes
 * @property {string} provider whose key is asked for
 * @property {readonly string[]} hosts
 * @property {readonly import("./places.mjs").Place[]} places any of them will do
 * @property {(request: object) => object | Promise<object>} answer
 * @property {(request: object) => object | null} [refuse] instead of the plain 401
 */

export class StrictUpstream {
  authority = makeThrowawayAuthority("keyward e2e");
  /** What happened since `watch`: method, host, path, and whether the key was there. */
  seen = [];
  #fakes;
  #keys;
  #server;
  #webSockets = new WebSocketServer({ noServer: true });

  constructor(fakes, keys) {
    this.#fakes = new Map(fakes.flatMap((fake) => fake.hosts.map((host) => [host, fake])));
    this.#keys = keys;
    const { certificatePem, privateKeyPem } = this.authority.issue([...this.#fakes.keys()]);
    this.#server = createSecureServer({ allowHTTP1: true, cert: certificatePem, key: privateKeyPem });
    this.#server.on("request", (request, response) => void this.#respond(request, response));
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    for (const event of ["sessionError", "clientError", "tlsClientError"]) this.#server.on(event, () => {});
    this.sockets = new Set();
    this.#server.on("secureConnection", (socket) => {
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.sockets.delete(socket));
    });
  }

  get hosts() {
    return [...this.#fakes.keys()];
  }

  get port() {
    return this.#server.address().port;
  }

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Forgets what was seen; later requests are told apart from those of the client before. */
  watch() {
    this.seen = [];
    return this.seen;
  }

  async close() {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  #judge(incoming, body) {
    const authority = incoming.headers[":authority"] ?? incoming.headers.host ?? "";
    const { pathname, searchParams } = new URL(incoming.url, "https://host");
    const request = {
      method: incoming.method,
      url: incoming.url,
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      authority,
      body,
    };
    const fake = this.#fakes.get(authority.replace(/:443$/, ""));
    const authorized = fake !== undefined && fake.places.some((place) => holdsKey(place, request, this.#keys.get(fake.provider)));
    const headers = Object.keys(incoming.headers).filter((name) => /auth|key|token|cookie/.test(name));
    this.seen.push({ method: request.method, host: authority, path: pathname, http: incoming.httpVersion, headers, authorized });
    return { request, fake, authorized };
  }

  async #respond(incoming, response) {
    try {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const { request, fake, authorized } = this.#judge(incoming, Buffer.concat(chunks));
      const answer = authorized ? await fake.answer(request) : (fake?.refuse?.(request) ?? REFUSAL);
      await send(response, answer);
    } catch (error) {
      response.destroy?.();
      console.error(`the stand-in failed: ${error.stack}`);
    }
  }

  #upgrade(incoming, socket, head) {
    const { request, fake, authorized } = this.#judge({ ...pick(incoming), url: incoming.url }, Buffer.alloc(0));
    if (!authorized || fake.socket === undefined) {
      const status = authorized ? "426 Upgrade Required" : "401 Unauthorized";
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#webSockets.handleUpgrade(incoming, socket, head, (connection) => fake.socket(connection, request));
  }
}

const REFUSAL = {
  status: 401,
  headers: { "content-type": "application/json" },
  body: '{"error":{"type":"authentication_error","message":"invalid api key"}}',
};

function pick({ method, headers, httpVersion }) {
  return { method, headers, httpVersion };
}

async function send(response, { status = 200, headers = {}, body = "", chunks = [] }) {
  response.writeHead(status, headers);
  for (const chunk of chunks) await new Promise((resolve) => response.write(chunk, () => resolve()));
  response.end(body);
}
