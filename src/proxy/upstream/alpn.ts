// Which protocols a TLS socket of the proxy offers or takes (RFC 7301), written so that a socket keeps no more memory than they need.
// In: names, the preferred one first. Out: what node:tls takes for ALPNProtocols.
// A list of names node writes into a piece of the 8 KiB that all small buffers share, and keeps it as long as the socket lives: with a thousand
// connections that come and go, each comes to hold 8 KiB of its own. A view it copies into memory of its own size.

/** RFC 7301 §3.1: each name behind its length. */
export function alpnOf(names: readonly string[]): DataView {
  const bytes = names.flatMap((name) => [name.length, ...Buffer.from(name, "latin1")]);
  return new DataView(Uint8Array.from(bytes).buffer);
}

export const HTTP1 = alpnOf(["http/1.1"]);
export const HTTP2_OR_1 = alpnOf(["h2", "http/1.1"]);
