// Step 3, terminate: TLS with a leaf minted for the CONNECT host; SNI must name that host.
// In: the client's socket after our 200, the authority. Out: a TLS socket whose handshake may still be under way.
// The private key never leaves this process, and no exception of a TLS callback reaches it.
import type { Socket } from "node:net";
import { isIP } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { type Authority, canonicalHost } from "../../core/host.ts";
import { rememberWire } from "../client/break-off.ts";
import { alpnOf } from "../upstream/alpn.ts";
import { BUFFERED } from "../upstream/secure.ts";

/** `http/1.0` is what curl asks for with --http1.0; a client whose every offer is refused gets no connection (RFC 7301 §3.2). */
const ALPN = alpnOf(["h2", "http/1.1", "http/1.0"]);
const HANDSHAKE_TIMEOUT_MS = 10_000;

export function terminate(socket: Socket, authority: Authority, context: SecureContext): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ALPN,
      ...BUFFERED,
      SNICallback: (name, done) => done(namesHost(name, authority) ? null : new Error("SNI names another host")),
    });
    const timer = setTimeout(() => secured.destroy(new Error("TLS handshake timed out")), HANDSHAKE_TIMEOUT_MS);
    secured.on("error", reject);
    // A client that hangs up before the handshake is over; nobody reads yet, so its end has to be looked for.
    const onReadable = (): void => void secured.read(0);
    const onEnd = (): void => void secured.destroy();
    secured.on("readable", onReadable).on("end", onEnd);
    const onClose = (): void => {
      clearTimeout(timer);
      reject(new Error("closed during the TLS handshake"));
    };
    secured.once("close", onClose);
    secured.once("secure", () => {
      clearTimeout(timer);
      secured.off("error", reject).off("readable", onReadable).off("end", onEnd).off("close", onClose);
      // tls.Server would clear this flag; while it stands, node:http2 waits for a handshake that is over.
      Object.assign(secured, { secureConnecting: false });
      // It would also take errors from here on for the connection's; a socket that was made by hand keeps them to itself and stays open.
      secured.on("_tlsError", () => secured.destroy());
      secured.disableRenegotiation();
      rememberWire(secured, socket);
      // A name without SNI cannot be told from another host's client; only address literals come without one (RFC 6066 §3).
      if (isIP(authority.host) !== 0 || secured.servername) return resolve(secured);
      reject(new Error("SNI is missing"));
      secured.destroy();
    });
  });
}

function namesHost(name: string, authority: Authority): boolean {
  return canonicalHost(name) === authority.host;
}
