// From a host to the addresses that may be dialled: `upstream.resolve` first, then DNS, every answer filtered.
// In: a canonical authority and the dial settings. Out: address candidates and a port. One denied address refuses the whole name.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { type Authority, canonicalHost, formatAuthority } from "../../core/host.ts";
import type { DialSettings } from "../ports.ts";
import { isLoopbackAddress, refuseAddress } from "./address-filter.ts";

export interface DialTarget {
  readonly addresses: readonly { readonly address: string; readonly family: number }[];
  readonly port: number;
}

/** @throws TARGET_FORBIDDEN, UPSTREAM_UNREACHABLE */
export async function resolveTarget(
  authority: Authority,
  settings: Pick<DialSettings, "allow" | "resolve">,
  ownPorts: readonly number[],
): Promise<DialTarget> {
  const fixed = fixedAddress(authority, settings.resolve);
  const port = fixed?.port ?? authority.port;
  const addresses = fixed === null ? await lookUp(authority.host) : [{ address: fixed.host, family: isIP(fixed.host) }];
  for (const { address } of addresses) checkAddress(address, { authority, port, allow: settings.allow, ownPorts });
  return { addresses, port };
}

interface AddressCheck {
  readonly authority: Authority;
  readonly port: number;
  readonly allow: readonly string[];
  readonly ownPorts: readonly number[];
}

/** Also used on the connected socket: the address reached must be one that may be dialled. @throws TARGET_FORBIDDEN */
export function checkAddress(address: string, check: AddressCheck): void {
  const target = formatAuthority(check.authority, -1);
  if (isLoopbackAddress(address) && check.ownPorts.includes(check.port)) {
    throw new KeywardError("TARGET_FORBIDDEN", `${target} is keyward itself`, { detail: { host: check.authority.host } });
  }
  const kind = refuseAddress(address, check.allow, ownAddresses(target));
  if (kind === null) return;
  throw new KeywardError("TARGET_FORBIDDEN", `${target} is at ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} address`, {
    hint: `if it is meant to be reached: keyward config set network.allow ${address}`,
    detail: { host: check.authority.host },
  });
}

/** Asked at every dial: interfaces come and go. @throws TARGET_FORBIDDEN where the system does not tell: what is unknown is not dialled */
function ownAddresses(target: string): string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).map(({ address }) => address.split("%", 1)[0] ?? address),
    );
  } catch (error) {
    throw new KeywardError("TARGET_FORBIDDEN", `${target} is not dialled: this process may not ask for the machine's own addresses`, {
      hint: "let keyward use AF_NETLINK, as RestrictAddressFamilies of docs/keyward.service does",
      cause: error,
    });
  }
}

/** The `HOST:PORT=ADDRESS:PORT` entry for this authority. */
function fixedAddress(authority: Authority, entries: readonly string[]): Authority | null {
  for (const entry of entries) {
    const [from = "", to = ""] = entry.split("=");
    const split = from.lastIndexOf(":");
    if (canonicalHost(from.slice(0, split)) !== authority.host || Number(from.slice(split + 1)) !== authority.port) continue;
    const colon = to.lastIndexOf(":");
    return { host: to.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(to.slice(colon + 1)) };
  }
  return null;
}

export async function lookUp(host: string): Promise<DialTarget["addresses"]> {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }];
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    if (found.length > 0) return found;
  } catch (error) {
    throw unknownHost(host, error);
  }
  throw unknownHost(host, undefined);
}

function unknownHost(host: string, cause: unknown): KeywardError {
  const why = systemCode(cause) ?? "no address";
  return new KeywardError("UPSTREAM_UNREACHABLE", `${host} cannot be resolved (${why})`, { detail: { host }, cause });
}
