// One TCP connection to one of several addresses of a host, with a time limit.
// In: addresses that have been judged already. Out: a connected socket, or why there is none. It resolves and filters nothing.
import { connect as connectTcp, type LookupFunction, type Socket } from "node:net";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { type Authority, formatAuthority } from "../../core/host.ts";
import type { DialTarget } from "./resolve.ts";

/** A host that takes longer is as good as down; curl's own default is far longer, browsers' about this. */
const CONNECT_TIMEOUT_MS = 15_000;

/** Connects to one of the addresses, trying them as RFC 8305 does (node's autoSelectFamily). */
export function openTcp(target: DialTarget, authority: Authority): Promise<Socket> {
  const addresses = [...target.addresses];
  const fixedLookup: LookupFunction = (_host, options, done) => {
    const first = addresses[0];
    if (options.all === true) done(null, addresses);
    else done(null, first?.address ?? "", first?.family);
  };
  const only = addresses.length === 1 ? addresses[0]?.address : undefined;
  return new Promise((resolve, reject) => {
    const socket = connectTcp({
      host: only ?? authority.host,
      port: target.port,
      lookup: fixedLookup,
      autoSelectFamily: addresses.length > 1,
      noDelay: true,
      keepAlive: true,
      allowHalfOpen: true,
    });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new KeywardError("UPSTREAM_TIMEOUT", `${formatAuthority(authority)} did not answer in ${CONNECT_TIMEOUT_MS / 1000} s`));
    }, CONNECT_TIMEOUT_MS);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(unreachable(authority, error));
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

function unreachable(authority: Authority, error: unknown): KeywardError {
  const first = (error as { errors?: unknown[] }).errors?.[0];
  const why = systemCode(error) ?? systemCode(first) ?? "connection failed";
  return new KeywardError("UPSTREAM_UNREACHABLE", `${formatAuthority(authority)} cannot be reached (${why})`, {
    detail: { host: authority.host },
    cause: error,
  });
}
