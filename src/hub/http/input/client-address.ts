// Where a request comes from, for limits and for the person who approves a login. A header says it only when a proxy that was named wrote it.
// In: the socket's address and X-Forwarded-For. Out: one address. What a client writes into the header itself is never believed.
import { BlockList, isIP, isIPv6 } from "node:net";
import { KeywardError } from "../../../core/errors.ts";

export type AddressOf = (socketAddress: string | undefined, forwardedFor: string | undefined) => string;

/** @param proxies addresses and networks: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. @throws HUB_UNUSABLE for what is neither */
export function createAddressOf(proxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const proxy of proxies) trust(trusted, proxy);
  const isTrusted = (address: string): boolean => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return (socketAddress, forwardedFor) => {
    let address = plain(socketAddress ?? "");
    if (isIP(address) === 0) return "unknown";
    // Each proxy appends the address it was called from: the last one that is not a proxy of ours is the client's.
    for (const hop of (forwardedFor ?? "").split(",").toReversed()) {
      const before = plain(hop);
      if (!isTrusted(address) || isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}

function trust(trusted: BlockList, proxy: string): void {
  const [address = "", bits, ...more] = proxy.trim().split("/");
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const most = family === "ipv6" ? 128 : 32;
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (isIP(address) === 0 || !isNetwork || more.length > 0) {
    throw new KeywardError("HUB_UNUSABLE", "a trusted proxy is neither an address nor a network", { hint: "--trusted-proxy 10.0.0.0/8" });
  }
  trusted.addSubnet(address, bits === undefined ? most : Number(bits), family);
}

/** Without port, brackets and the prefix of an IPv4 address in IPv6 (RFC 4291 §2.5.5.2). */
function plain(text: string): string {
  const bare = text.trim();
  const [, inBrackets, four] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(bare) ?? [];
  return (inBrackets ?? four ?? bare).replace(/^::ffff:(?=\d+\.)/i, "");
}

/** What counts as one when asking is limited: an IPv4 address, or the /64 that one household or machine is given. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const [first, last] = [head, tail].map((part) => part.split(":").filter((group) => group !== "")) as [string[], string[]];
  const zeros = address.includes("::") ? Math.max(0, 8 - first.length - last.length) : 0;
  return `${[...first, ...Array<string>(zeros).fill("0"), ...last].slice(0, 4).join(":")}::/64`;
}
