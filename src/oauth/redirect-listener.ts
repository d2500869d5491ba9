// Waits on loopback for the browser to come back (RFC 8252 §7.3): bound before the browser opens, one answer taken, then gone.
// In: the port, 0 for any, and the pages to show. Out: the redirect address and the query that came with it. What is no answer to
// this login (a favicon, a preview, another login's tab) gets a refusal and takes nothing. It logs nothing, and its pages are fixed.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KeywardError, systemCode } from "../core/errors.ts";

export const REDIRECT_PATH = "/callback";
/** A code and a state fit many times over. */
const MAX_URL_CHARS = 8_192;
/** An answer of another login ends this one after that, unless its own comes first: a tab left open must not, a forgery may. */
const FOREIGN_GRACE_MS = 5_000;

export interface RedirectListener {
  /** To be registered at the provider, where it compares the port too. */
  readonly redirectUri: string;
  /**
   * The query of the one request that carries this state; `respond` tells the person in the browser how it ended. After an answer with
   * another state, and none with this one soon: that other query. Never settles after `close`.
   */
  arrivalOf(state: string): Promise<Arrived>;
  close(): void;
}

export interface Arrived {
  readonly query: URLSearchParams;
  readonly respond: (isGood: boolean) => void;
}

export interface RedirectPages {
  readonly stored: string;
  readonly failed: string;
  readonly foreign: string;
  /** Content-Security-Policy of all of them. */
  readonly policy: string;
}

export interface RedirectAddress {
  readonly host: "127.0.0.1" | "localhost";
  /** 0 = any. */
  readonly port: number;
  readonly pages: RedirectPages;
  /** For tests. */
  readonly graceMs?: number;
}

/** @throws PORT_TAKEN */
export async function listenForRedirect(address: RedirectAddress): Promise<RedirectListener> {
  const { host, port, pages, graceMs = FOREIGN_GRACE_MS } = address;
  const waiting = new Waiting(pages, graceMs);
  const server = await open(waiting.listener, port, "127.0.0.1");
  const bound = (server.address() as AddressInfo).port;
  const servers = [server];
  try {
    // A browser may take "localhost" for ::1, where somebody else could be listening.
    if (host === "localhost") servers.push(...(await openIfThere(waiting.listener, bound)));
  } catch (error) {
    server.close();
    throw error;
  }
  waiting.port = bound;
  waiting.onTaken = () => servers.forEach((each) => each.close());
  return {
    redirectUri: `http://${host}:${bound}${REDIRECT_PATH}`,
    arrivalOf: (state) => waiting.start(state),
    close: () => {
      waiting.stop();
      for (const each of servers) {
        each.close();
        each.closeAllConnections();
      }
    },
  };
}

class Waiting {
  port = 0;
  onTaken: () => void = () => undefined;
  readonly listener: RequestListener = (request, response) => this.#answer(request, response);
  readonly #pages: RedirectPages;
  readonly #graceMs: number;
  #state: string | null = null;
  #settle: (arrived: Arrived) => void = () => undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(pages: RedirectPages, graceMs: number) {
    this.#pages = pages;
    this.#graceMs = graceMs;
  }

  start(state: string): Promise<Arrived> {
    this.#state = state;
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  stop(): void {
    this.#state = null;
    clearTimeout(this.#grace);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.shouldKeepAlive = false;
    const status = refusalOf(request, this.port);
    if (status !== null) return refuse(response, status);
    const query = readCallback(request.url ?? "");
    if (query === null || this.#state === null) return refuse(response, 404);
    if (!carries(query, this.#state)) return this.#foreign(query, response);
    const respond = (isGood: boolean): void => this.#show(response, isGood ? 200 : 400, isGood ? this.#pages.stored : this.#pages.failed);
    this.#take({ query, respond });
  }

  #take(arrived: Arrived): void {
    this.stop();
    // The next caller finds nobody; this one still gets its page.
    this.onTaken();
    this.#settle(arrived);
  }

  #foreign(query: URLSearchParams, response: ServerResponse): void {
    this.#show(response, 400, this.#pages.foreign);
    this.#grace ??= setTimeout(() => this.#take({ query, respond: () => undefined }), this.#graceMs);
  }

  #show(response: ServerResponse, status: number, page: string): void {
    send(response, {
      status,
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": this.#pages.policy },
      body: page,
    });
  }
}

/** Host is compared so that no name that was pointed here gets in; a page that embeds or prefetches the address is no person. */
function refusalOf({ method, headers }: IncomingMessage, port: number): number | null {
  if (headers.host !== `127.0.0.1:${port}` && headers.host !== `localhost:${port}`) return 403;
  if (method !== "GET") return 405;
  const isPage = (headers["sec-fetch-dest"] ?? "document") === "document";
  return isPage && headers["sec-purpose"] === undefined && headers["purpose"] !== "prefetch" ? null : 403;
}

function readCallback(url: string): URLSearchParams | null {
  if (url.length > MAX_URL_CHARS || !url.startsWith(`${REDIRECT_PATH}?`)) return null;
  return new URLSearchParams(url.slice(REDIRECT_PATH.length + 1));
}

function carries(query: URLSearchParams, state: string): boolean {
  const states = query.getAll("state");
  return states.length === 1 && states[0] === state;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function refuse(response: ServerResponse, status: number): void {
  send(response, {
    status,
    headers: { "content-security-policy": "default-src 'none'", ...(status === 405 ? { allow: "GET" } : {}) },
    body: "",
  });
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    ...headers,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

async function openIfThere(listener: RequestListener, port: number): Promise<Server[]> {
  try {
    return [await open(listener, port, "::1")];
  } catch (error) {
    // A machine without IPv6 has no ::1 that a browser could mean.
    if (error instanceof KeywardError && systemCode(error.cause) === "EADDRINUSE") throw error;
    return [];
  }
}

function open(listener: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 16 * 1024 }, listener);
  server.maxConnections = 16;
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(taken(port, error)));
    server.listen(port, host, () => resolve(server));
  });
}

function taken(port: number, error: Error): KeywardError {
  return new KeywardError(
    "PORT_TAKEN",
    systemCode(error) === "EADDRINUSE"
      ? `port ${port} of the OAuth redirect is in use by another program`
      : `port ${port} of the OAuth redirect cannot be used (${systemCode(error) ?? "unknown reason"})`,
    { hint: "end the program that uses it, or register another redirect address and pass --redirect-port", cause: error },
  );
}
