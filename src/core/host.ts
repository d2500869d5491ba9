// The one canonicaliser of hosts and authorities. Everything that compares, dials or certifies a host goes through it.
// In: text a child sent or a definition says. Out: a lower-case ASCII host, or null when the spelling is not plain.
// It never guesses: IDN, percent, userinfo, short-form IPs ("127.1") and control bytes are refused, not repaired.
import { isIP, isIPv4, isIPv6 } from "node:net";

export interface Authority {
  /** Canonical: lower case, no trailing dot; IPv6 without brackets. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
}

/** Labels of up to 63 characters, between dots. */
const NAME = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const LAST_IS_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;
const PORT = /^[1-9]\d{0,4}$/;

/** `API.OpenAI.com.` → `api.openai.com`; `[::1]` → `::1`; anything not plain → null. */
export function canonicalHost(text: string): string | null {
  if (text.startsWith("[")) {
    if (!text.endsWith("]")) return null;
    const inner = text.slice(1, -1);
    return isIPv6(inner) && !inner.includes("%") ? canonicalIpv6(inner) : null;
  }
  if (isIPv4(text)) return text;
  const host = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  if (host.length === 0 || host.length > 253) return null;
  if (!NAME.test(host)) return null;
  // A last label of digits or 0x… is an IPv4 address to a URL parser ("127.1", "0x7f.1"): never a name.
  return LAST_IS_NUMBER.test(host) ? null : host;
}

function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** `host:port` as in a CONNECT target or Host field; `defaultPort` serves a missing port, without one it is required. */
export function parseAuthority(text: string, defaultPort?: number): Authority | null {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::([^:]*))?$/.exec(text);
  if (match === null) return null;
  const host = canonicalHost(match[1] ?? "");
  if (host === null) return null;
  if (match[2] === undefined) return defaultPort === undefined ? null : { host, port: defaultPort };
  if (!PORT.test(match[2])) return null;
  const port = Number(match[2]);
  return port > 65535 ? null : { host, port };
}

/** `host`, or `host:port` when the port is not the scheme's own; IPv6 in brackets. */
export function formatAuthority(authority: Authority, ownPort = 443): string {
  // Of canonical hosts, only IPv6 literals have a colon; asked for every request.
  const host = authority.host.includes(":") ? `[${authority.host}]` : authority.host;
  return authority.port === ownPort ? host : `${host}:${authority.port}`;
}

export function sameAuthority(a: Authority, b: Authority): boolean {
  return a.host === b.host && a.port === b.port;
}

/**
 * Does `host` (canonical) match `pattern`? Exact host, `*.suffix` (exactly one label) or `**.suffix` (one or more).
 * By label, never by substring: `evilopenai.com` is not `openai.com`.
 */
export function hostMatches(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*")) return pattern === host;
  if (isIP(host) !== 0) return false;
  const deep = pattern.startsWith("**.");
  const suffix = pattern.slice(deep ? 2 : 1);
  if (!host.endsWith(suffix)) return false;
  const left = host.slice(0, host.length - suffix.length);
  return left.length > 0 && (deep || !left.includes("."));
}
