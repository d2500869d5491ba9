// What can be seen of a daemon from outside, for lifecycle.mjs and cold-starts.mjs; not run by itself. In: a stage, a pid, the address of a run's
// proxy. Out: its runs, descriptors, listeners and zombies, and what its port answers. It changes nothing.
import { connect } from "node:net";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { HOST } from "../stage.mjs";

/** Processes that were started as daemons of a home. An unreadable one shows its home to root alone. */
export function daemonsOf(home) {
  return readdirSync("/proc")
    .filter((name) => {
      try {
        const isDaemon = /[\\/]daemon[\\/]main\.js\0/.test(readFileSync(`/proc/${name}/cmdline`, "latin1"));
        return isDaemon && readFileSync(`/proc/${name}/environ`, "latin1").includes(`KEYWARD_HOME=${home}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The daemon as it is now. What only root may see of it is null for others. */
export async function look(stage) {
  const status = JSON.parse(await stage.keyward(["daemon", "status", "--json"]));
  const { pid } = status;
  const zombies = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isZombieOf(name, pid)).length;
  try {
    const links = readdirSync(`/proc/${pid}/fd`);
    const held = new Set(links.flatMap((name) => socketInode(`/proc/${pid}/fd/${name}`)));
    return { pid, liveRuns: status.live_runs, zombies, descriptors: links.length, listeners: listenersAmong(held) };
  } catch {
    return { pid, liveRuns: status.live_runs, zombies, descriptors: null, listeners: null };
  }
}

function isZombieOf(name, parent) {
  const { state, ppid } = statOf(name);
  return state === "Z" && (ppid === parent || ppid === process.pid);
}

/** A zombie has ended; whoever started it has not noticed yet. */
export function isAlive(pid) {
  const { state } = statOf(pid);
  return state !== null && state !== "Z";
}

function statOf(name) {
  try {
    const [state, ppid] = readFileSync(`/proc/${name}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state, ppid: Number(ppid) };
  } catch {
    return { state: null, ppid: null };
  }
}

function socketInode(path) {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? [];
  } catch {
    return [];
  }
}

function listenersAmong(inodes) {
  const rows = ["tcp", "tcp6"].flatMap((table) => readFileSync(`/proc/net/${table}`, "utf8").split("\n"));
  return rows.map((row) => row.trim().split(/\s+/)).filter((fields) => fields[3] === "0A" && inodes.has(fields[9])).length;
}

/** What the proxy says to a CONNECT with this run's token. */
export async function statusOf(proxyUrl) {
  const { username, password, port } = new URL(proxyUrl);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  const authorization = Buffer.from(`${username}:${password}`).toString("base64");
  socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`);
  let head = "";
  for await (const chunk of socket.setEncoding("latin1")) {
    head += chunk;
    if (head.includes("\r\n")) break;
  }
  socket.destroy();
  return Number(head.split(" ")[1]);
}
