// Step 10, respond: the upstream's answer streamed back as it comes; a broken answer breaks, it never ends cleanly.
// In: raw head and chunks from the upstream. Out: the client's response. Hop-by-hop fields and Alt-Svc stay here.
import type { ServerResponse } from "node:http";
import { connectionTokens, filterHeaders, isHopByHop, type RawHeaders } from "../../core/headers.ts";

/** What the response carried so far; read by record. */
export interface Relay {
  readonly status: number | null;
  readonly bytesDown: number;
  start(status: number, statusText: string, headers: RawHeaders): void;
  /** Returns false when the client cannot take more; `onDrain` fires when it can. */
  write(chunk: Buffer): boolean;
  finish(trailers: RawHeaders): void;
  /** After the head has left there is no other way to tell the client than to cut the connection. */
  cut(): void;
}

export function relayTo(response: ServerResponse, onDrain: () => void): Relay {
  let status: number | null = null;
  let bytesDown = 0;
  let hasBody = true;
  response.on("drain", onDrain);
  return {
    get status() {
      return status;
    },
    get bytesDown() {
      return bytesDown;
    },
    start(code, statusText, headers) {
      status = code;
      hasBody = response.req.method !== "HEAD" && code !== 204 && code !== 304;
      response.sendDate = false;
      response.writeHead(code, statusText, forClient(headers));
      // A head with nothing behind it (SSE before its first event) must not wait; one with a body leaves in one write.
      setImmediate(() => {
        if (bytesDown === 0 && !response.writableEnded) response.flushHeaders();
      });
    },
    write(chunk) {
      bytesDown += chunk.length;
      return !hasBody || response.write(chunk);
    },
    finish(trailers) {
      if (trailers.length > 0 && response.chunkedEncoding) response.addTrailers(pairs(trailers));
      response.end();
    },
    cut() {
      response.destroy();
    },
  };
}

/** Alt-Svc would move the client to a protocol that goes around the proxy. */
function forClient(headers: RawHeaders): string[] {
  const named = connectionTokens(headers);
  return filterHeaders(headers, (name) => name !== "alt-svc" && !isHopByHop(name) && !named.has(name));
}

function pairs(trailers: RawHeaders): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < trailers.length; i += 2) list.push([trailers[i] ?? "", trailers[i + 1] ?? ""]);
  return list;
}
