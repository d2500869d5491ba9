// Composes NO_PROXY: loopback goes direct, the user's own exceptions stay, and none may lead a bound host past the proxy.
// In: the inherited NO_PROXY values and the hosts the run binds. Out: the new value and the entries that were left out.
// When in doubt an entry is left out: clients differ in how they match, so the widest reading of an entry counts.
import { BlockList, isIP } from "node:net";

const LOOPBACK = ["localhost", "127.0.0.1", "::1"] as const;

export interface NoProxy {
  readonly value: string;
  readonly dropped: readonly string[];
}

/** @param boundHosts as in a run plan: `api.openai.com`, `*.example.com`, `host:8443` */
export function composeNoProxy(inherited: readonly (string | undefined)[], boundHosts: readonly string[]): NoProxy {
  const entries = new Set(inherited.flatMap((value) => (value ?? "").split(/[\s,]+/)).filter((entry) => entry !== ""));
  const hosts = boundHosts.map((host) => withoutPort(host.toLowerCase()));
  const dropped = [...entries].filter((entry) => hosts.some((host) => mayBypass(entry, host)));
  const kept = [...entries].filter((entry) => !dropped.includes(entry) && !LOOPBACK.includes(entry as (typeof LOOPBACK)[number]));
  return { value: [...LOOPBACK, ...kept].join(","), dropped };
}

/** Could any client read `entry` (`*`, `.suffix`, `suffix`, `*.suffix`, with or without port) as covering this host or pattern? */
function mayBypass(entry: string, host: string): boolean {
  // curl takes a final dot off.
  const plain = withoutPort(entry.toLowerCase()).replace(/\.$/, "");
  if (plain.includes("/")) return isInRange(host, plain);
  if (plain.replace(/^[*.]+/, "").includes("*")) return globMatches(plain, host);
  // GNU wget compares the bare end of the name ("ai.com" covers api.openai.com there), so no label boundary is asked for.
  const suffix = plain.replace(/^[*.]+/, "");
  const bare = host.replace(/^\*+\./, "");
  // The second half: an exception inside a bound wildcard, such as `team.example.com` under `*.example.com`.
  return bare.endsWith(suffix) || (bare !== host && suffix.endsWith(`.${bare}`));
}

/** A range is about addresses; a name is never looked up for it. One that is no range covers nothing. */
function isInRange(host: string, range: string): boolean {
  const [base = "", bits = ""] = range.split("/");
  const family = isIP(host);
  if (family === 0 || isIP(base) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return list.check(host, family === 4 ? "ipv4" : "ipv6");
}

function globMatches(glob: string, host: string): boolean {
  const source = glob.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`${source.join(".*")}$`).test(host.replace(/^\*+\./, "x."));
}

/** `host:443` → `host`, `[::1]:443` → `::1`; a bare IPv6 address or a CIDR stays. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text);
  if (bracketed !== null) return bracketed[1] ?? "";
  return /^[^:]*:\d+$/.test(text) ? text.slice(0, text.lastIndexOf(":")) : text;
}
