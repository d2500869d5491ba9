// Used by the benchmark, not run by itself: what the kernel says about a process and everything below it (Linux): processor time and memory.
// In: process ids. Out: microseconds and bytes. Where there is no /proc, null.
import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts processor time in ticks of this length for every Linux program. */
const TICK_MICROS = 10_000;

/** The process and all its descendants, as they are now. */
export function treeOf(root) {
  const parents = new Map();
  for (const name of listProcesses()) {
    const fields = statFields(name);
    if (fields !== null) parents.set(Number(name), Number(fields[1]));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

/** Processor time, user and system, of all threads of these processes so far. */
export function cpuMicros(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statFields(pid);
    if (fields !== null) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MICROS;
}

/** What they hold in memory together; pages they share count for each of them. */
export function residentBytes(pids) {
  let kilobytes = null;
  for (const pid of pids) {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readQuietly(`/proc/${pid}/status`) ?? "");
    if (line !== null) kilobytes = (kilobytes ?? 0) + Number(line[1]);
  }
  return kilobytes === null ? null : kilobytes * 1024;
}

/** The fields behind the program's name, which may hold spaces and brackets itself: state, parent … */
function statFields(pid) {
  const text = readQuietly(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function listProcesses() {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function readQuietly(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
