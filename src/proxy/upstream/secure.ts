// TLS to the upstream: verified for exactly the host of the tunnel before a byte of the request is written.
// In: a connected socket and the host. Out: a verified TLS socket. No environment variable or setting turns verification off.
import { isIP, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  DEFAULT_CIPHERS,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { type Authority, formatAuthority } from "../../core/host.ts";
import type { DialSettings } from "../ports.ts";

/**
 * How much of a body may wait in a TLS socket before its sender is made to wait: a few records, so that they leave together and a
 * transfer is not stopped and started for every one of them. What memory a slow reader can cost is bounded by the same number.
 */
export const BUFFERED = { highWaterMark: 128 * 1024 } as const;

const HANDSHAKE_TIMEOUT_MS = 15_000;

export interface SecureOptions {
  readonly roots: DialSettings["roots"];
  /** Those offered (alpn.ts). */
  readonly protocols: DataView;
}

/** @throws UPSTREAM_TLS, UPSTREAM_TIMEOUT, UPSTREAM_UNREACHABLE */
export function secureUpstream(socket: Socket, authority: Authority, options: SecureOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      ...(isIP(authority.host) === 0 ? { servername: authority.host } : {}),
      host: authority.host,
      secureContext: contextFor(options.roots),
      ALPNProtocols: options.protocols,
      rejectUnauthorized: true,
      ...BUFFERED,
      checkServerIdentity: (_name, certificate) => checkIdentity(authority.host, certificate),
    });
    const timer = setTimeout(() => {
      secured.destroy();
      reject(new KeywardError("UPSTREAM_TIMEOUT", `${formatAuthority(authority)} did not finish its TLS handshake`));
    }, HANDSHAKE_TIMEOUT_MS);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(tlsError(authority, error));
    };
    secured.once("error", fail);
    secured.once("secureConnect", () => {
      clearTimeout(timer);
      secured.off("error", fail);
      resolve(secured);
    });
  });
}

/** Node falls back to the common name when there is no SAN; browsers and RFC 9525 §6 do not, and neither does keyward. */
function checkIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname === undefined)
    return Object.assign(new Error("no subject alternative name"), { code: "CERT_WITHOUT_SAN" });
  return checkServerIdentity(host, certificate);
}

/** Parsing a root bundle takes milliseconds, so a context is kept as long as its list of roots lives. */
const contexts = new WeakMap<object, SecureContext>();
const NODES_ROOTS = {};

function contextFor(roots: DialSettings["roots"]): SecureContext {
  const key = typeof roots === "string" ? {} : (roots ?? NODES_ROOTS);
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const context = createSecureContext({
    ...(roots === undefined ? {} : { ca: roots as string | string[] }),
    minVersion: "TLSv1.2",
    // Security level 2: no RSA or DH below 2048 bits, no SHA-1 signatures.
    ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=2`,
  });
  contexts.set(key, context);
  return context;
}

function tlsError(authority: Authority, error: Error): KeywardError {
  const code = systemCode(error) ?? "TLS_FAILED";
  const isNetwork = code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
  return new KeywardError(
    isNetwork ? "UPSTREAM_UNREACHABLE" : "UPSTREAM_TLS",
    isNetwork
      ? `${formatAuthority(authority)} closed the connection during the TLS handshake (${code})`
      : `the certificate or TLS of ${formatAuthority(authority)} is not acceptable (${code})`,
    {
      ...(isNetwork ? {} : { hint: "if a private CA signs it: keyward config set upstream.ca_file /path/to/roots.pem" }),
      detail: { host: authority.host },
      cause: error,
    },
  );
}
