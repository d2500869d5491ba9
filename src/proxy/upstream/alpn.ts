// Which protocols a TLS socket of the proxy offers or takes (RFC 7301), written so that a socket keeps no more memory than they need.
// In: names, the preferred one first. Out: what node:tls takes for ALPNProtocols.
// A list of names node writes into a piece of the 8 KiB that all small buffers share, and keeps it as long as the socket lives: with a thousand
// connections that come and go, each comes to hold 8 KiB of its own. A view it copies into memory of its own size.
import { KeywardError, systemCode } from "../../core/errors.ts";

/** RFC 7301 §3.1: each name behind its length. */
export function alpnOf(names: readonly string[]): DataView {
  const bytes = names.flatMap((name) => [name.length, ...Buffer.from(name, "latin1")]);
  return new DataView(Uint8Array.from(bytes).buffer);
}

/** An upstream that was offered HTTP/1.1 has none of it, and has said so in TLS (RFC 7301 §3.2). */
export function refusesHttp1(error: unknown): boolean {
  return error instanceof KeywardError && systemCode(error.cause) === "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL";
}

export const HTTP1 = alpnOf(["http/1.1"]);
export const HTTP2_OR_1 = alpnOf(["h2", "http/1.1"]);
