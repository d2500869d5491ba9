// Waits on loopback for the browser to come back (RFC 8252 §7.3): bound before the browser opens, one answer taken, then gone.
// In: the port, 0 for any. Out: the redirect address and the query that came with it. It logs nothing, and its pages are fixed
// text: nothing of what the provider sent is shown.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KeywardError, systemCode } from "../core/errors.ts";

export const REDIRECT_PATH = "/callback";
/** A code and a state fit many times over. */
const MAX_URL_CHARS = 8_192;

export interface RedirectListener {
  /** To be registered at the provider, where it compares the port too. */
  readonly redirectUri: string;
  /** The query of the one request; `respond` tells the person in the browser how it ended. Never settles after `close`. */
  readonly arrived: Promise<Arrived>;
  close(): void;
}

export interface Arrived {
  readonly query: URLSearchParams;
  readonly respond: (isGood: boolean) => void;
}

export interface RedirectAddress {
  readonly host: "127.0.0.1" | "localhost";
  /** 0 = any. */
  readonly port: number;
}

/** @throws PORT_TAKEN */
export async function listenForRedirect({ host, port }: RedirectAddress): Promise<RedirectListener> {
  let isTaken = false;
  let settle: (arrived: Arrived) => void = () => undefined;
  const arrived = new Promise<Arrived>((resolve) => {
    settle = resolve;
  });
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    response.shouldKeepAlive = false;
    const query = readCallback(request, (server.address() as AddressInfo | null)?.port ?? 0);
    if (query === null || isTaken) return send(response, 404, "");
    isTaken = true;
    // The next caller finds nobody; this one still gets its page.
    server.close();
    settle({ query, respond: (isGood) => send(response, isGood ? 200 : 400, isGood ? GOOD : BAD) });
  });
  server.maxConnections = 16;
  const bound = await bind(server, port);
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { redirectUri: `http://${host}:${bound}${REDIRECT_PATH}`, arrived, close };
}

/** null: not the browser coming back. Host is compared so that no name that was pointed here gets in. */
function readCallback({ method, headers, url = "" }: IncomingMessage, port: number): URLSearchParams | null {
  const isOwn = headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`;
  if (!isOwn || method !== "GET" || url.length > MAX_URL_CHARS || !url.startsWith(`${REDIRECT_PATH}?`)) return null;
  return new URLSearchParams(url.slice(REDIRECT_PATH.length + 1));
}

const page = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>keyward</title><h1>${title}</h1><p>${text}</p></html>`;
const GOOD = page("You are logged in", "keyward has stored the access. You can close this page.");
const BAD = page("The login did not succeed", "The terminal says why. You can close this page.");

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    ...(body === "" ? {} : { "content-type": "text/html; charset=utf-8" }),
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new KeywardError(
          "PORT_TAKEN",
          systemCode(error) === "EADDRINUSE"
            ? `port ${port} of the OAuth redirect is in use by another program`
            : `port ${port} of the OAuth redirect cannot be used (${systemCode(error) ?? "unknown reason"})`,
          { hint: "end the program that uses it, or register another redirect address and pass --redirect-port", cause: error },
        ),
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
