// Which hosts are reached without the parent proxy: the entries of NO_PROXY, read as curl and Go read them.
// In: a canonical authority and the entries. Out: yes or no. Pure. An entry that cannot be read covers nothing.
import { BlockList, isIP } from "node:net";
import type { Authority } from "../../../core/host.ts";

export function isDirect(authority: Authority, entries: readonly string[]): boolean {
  return entries.some((entry) => covers(entry.trim().toLowerCase(), authority));
}

/** `*`, `host`, `.suffix`, `*.suffix` and `suffix` (with a label boundary), each with an optional port; addresses and ranges. */
function covers(entry: string, { host, port }: Authority): boolean {
  if (entry === "" || entry === "*") return entry === "*";
  if (isIP(host) !== 0 && entry.includes("/")) return isInRange(host, entry);
  const [, bracketed, bare, onlyPort] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  const suffix = (bracketed ?? bare ?? "").replace(/^\*?\./, "").replace(/\.$/, "");
  return suffix !== "" && (host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`)));
}

function isInRange(address: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  if (family === 0 || family !== isIP(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const name = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(network, Number(bits), name);
  return list.check(address, name);
}
