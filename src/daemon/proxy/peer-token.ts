// Step 1 of a request, admit, for the one kind of client that cannot send proxy credentials: a Java virtual machine.
// In: the two ports of a loopback connection. Out: the run id and token that the connecting process was started with, or null.
// The kernel says whose socket it is; only a process of this user whose own environment holds the token is believed, so nothing is
// let in that could not have sent the token itself. Linux only: elsewhere the answer is always null.
import { readdir, readFile, readlink } from "node:fs/promises";

export interface PeerToken {
  readonly runId: string;
  readonly token: string;
}

export interface Connection {
  /** The client's end. */
  readonly peerPort: number;
  /** The proxy's own. */
  readonly ownPort: number;
}

/** The remembered processes that connected lately: a JVM opens many connections. */
const MAX_RECENT = 64;

export class PeerTokens {
  #recent: readonly string[] = [];

  async find(connection: Connection): Promise<PeerToken | null> {
    if (process.platform !== "linux") return null;
    const inode = await socketInode(connection);
    if (inode === null) return null;
    const known = this.#recent;
    for (const pid of known) {
      const found = await readHolder(pid, inode, connection.ownPort);
      if (found !== null) return found;
    }
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && !known.includes(name))) {
      const found = await readHolder(pid, inode, connection.ownPort);
      if (found === null) continue;
      this.#recent = [pid, ...this.#recent].slice(0, MAX_RECENT);
      return found;
    }
    return null;
  }
}

/** The peer's socket in the kernel's tables; a JVM uses an IPv6 socket for 127.0.0.1 as well. */
async function socketInode({ peerPort, ownPort }: Connection): Promise<string | null> {
  for (const [table, loopback] of [
    ["tcp6", "0000000000000000FFFF00000100007F"],
    ["tcp", "0100007F"],
  ] as const) {
    const [local, remote] = [`${loopback}:${hexPort(peerPort)}`, `${loopback}:${hexPort(ownPort)}`];
    const text = (await readOrNull(`/proc/net/${table}`)) ?? "";
    // proc(5): slot, local and remote address, state, queues, timer, retransmits, uid, timeout, inode.
    const row = text.split("\n").find((line) => line.includes(` ${local} ${remote} `));
    const [uid, , inode] = row?.trim().split(/\s+/).slice(7, 10) ?? [];
    if (inode !== undefined && inode !== "0" && Number(uid) === process.getuid?.()) return inode;
  }
  return null;
}

/** The process's token if it is a JVM that holds the socket. The cheap question comes first: most processes are in no run. */
async function readHolder(pid: string, inode: string, ownPort: number): Promise<PeerToken | null> {
  const environment = (await readOrNull(`/proc/${pid}/environ`)) ?? "";
  const url = new RegExp(`(?:^|\\0)https?_proxy=http://(run_\\w+):(\\w+)@127\\.0\\.0\\.1:${ownPort}(?:\\0|$)`, "i").exec(environment);
  if (url?.[1] === undefined || url[2] === undefined) return null;
  if (!(await holdsSocket(pid, inode)) || !(await isJavaMachine(pid))) return null;
  return { runId: url[1], token: url[2] };
}

async function holdsSocket(pid: string, inode: string): Promise<boolean> {
  try {
    const links = (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ""));
    return (await Promise.all(links)).includes(`socket:[${inode}]`);
  } catch {
    return false;
  }
}

/** Whatever the launcher is called, it has mapped the machine's library. */
async function isJavaMachine(pid: string): Promise<boolean> {
  return /\/libjvm\.so$/m.test((await readOrNull(`/proc/${pid}/maps`)) ?? "");
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/** null: gone in the meantime, or not ours to read. */
async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, "latin1").catch(() => null);
}
