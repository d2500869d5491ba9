// Where other programs of this machine listen on unix sockets that have a name in the file system: each is a way out of a sandbox for whoever sees it.
// In: the kernel's table of the sockets of this network. Out: real paths of those this user can reach. Linux; elsewhere there are none.
import { lstatSync, readFileSync, realpathSync } from "node:fs";

const TABLE = "/proc/net/unix";
/** Address, count, protocol, flags, type, state and inode stand before the name; an abstract one begins with @. */
const NAMED = /^\S+: \S+ \S+ \S+ \S+ \S+ +\d+ (\/.+)$/;

export function socketFiles(table: string = readTable()): string[] {
  const names = table.split("\n").flatMap((line) => NAMED.exec(line)?.[1] ?? []);
  return [...new Set(names.flatMap((name) => realSocket(name) ?? []))];
}

function readTable(): string {
  try {
    return readFileSync(TABLE, "utf8");
  } catch {
    return "";
  }
}

/** Of a container, or removed: there is none here by that name. */
function realSocket(name: string): string | null {
  try {
    const path = realpathSync(name);
    return lstatSync(path).isSocket() ? path : null;
  } catch {
    return null;
  }
}
