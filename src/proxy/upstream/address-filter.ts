// Which addresses may be dialled: public ones, and what `network.allow` names. Applied to the address that is dialled,
// literal or resolved, so that neither a DNS answer nor a spelling reaches the machine itself or its network.
// In: a canonical IP and the allowed CIDRs. Out: null or the kind of address it is. Pure.
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** IANA special-purpose registries (RFC 6890 and updates), IPv4. */
const RESERVED_V4: readonly (readonly [string, number, string])[] = [
  ["0.0.0.0", 8, "unspecified"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "carrier-grade NAT"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "link-local"],
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "documentation"],
  ["192.88.99.0", 24, "reserved"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "benchmarking"],
  ["198.51.100.0", 24, "documentation"],
  ["203.0.113.0", 24, "documentation"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
];

const RESERVED_V6: readonly (readonly [string, number, string])[] = [
  ["::", 128, "unspecified"],
  ["::1", 128, "loopback"],
  // IPv4-translated (RFC 2765): an IPv4 address behind a translator.
  ["::ffff:0:0:0", 96, "reserved"],
  ["64:ff9b::", 96, "NAT64"],
  ["64:ff9b:1::", 48, "NAT64"],
  ["100::", 64, "discard"],
  ["2001::", 23, "reserved"],
  ["2001:db8::", 32, "documentation"],
  ["2002::", 16, "6to4"],
  ["3fff::", 20, "documentation"],
  ["5f00::", 16, "reserved"],
  ["fc00::", 7, "private"],
  ["fe80::", 10, "link-local"],
  ["fec0::", 10, "site-local"],
  ["ff00::", 8, "multicast"],
];

const reserved = [...RESERVED_V4, ...RESERVED_V6].map(([network, prefix, kind]) => ({ list: blockList([`${network}/${prefix}`]), kind }));

/**
 * null when the address may be dialled, else what it is ("loopback").
 * @param own the machine's own addresses: a service there may take whoever comes from this machine for its user
 */
export function refuseAddress(address: string, allow: readonly string[], own: readonly string[] = []): string | null {
  const plain = unmapped(address);
  if (allow.length > 0 && contains(blockList(allow), plain)) return null;
  // `::a.b.c.d`, deprecated IPv4-compatible addresses: never a public host.
  if (isIPv6(plain) && /^::(?!1$|$)[0-9a-f]{1,4}(?::[0-9a-f]{1,4})?$/i.test(plain)) return "reserved";
  const kind = reserved.find(({ list }) => contains(list, plain))?.kind ?? null;
  return kind ?? (own.length > 0 && contains(blockList(own), plain) ? "local" : null);
}

export function isLoopbackAddress(address: string): boolean {
  const plain = unmapped(address);
  return plain === "::1" || plain.startsWith("127.") || plain === "0.0.0.0" || plain === "::";
}

/** `::ffff:127.0.0.1` and `::ffff:7f00:1` → `127.0.0.1`. */
function unmapped(address: string): string {
  const bare = address.split("%", 1)[0] ?? address;
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(bare);
  if (mapped === null) return bare;
  if (mapped[1] !== undefined) return mapped[1];
  const high = Number.parseInt(mapped[2] ?? "", 16);
  const low = Number.parseInt(mapped[3] ?? "", 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

function blockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", prefix] = cidr.split("/");
    const family = isIPv4(network) ? "ipv4" : "ipv6";
    list.addSubnet(network, prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix), family);
  }
  return list;
}
