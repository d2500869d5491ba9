// Knows a process again: its pid together with the moment it started, so that a reused pid is never mistaken for it.
// In: a pid. Out: a ProcessIdentity, or null when no such process lives. Reads /proc on Linux, asks `ps` elsewhere.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { systemCode } from "./errors.ts";
import type { ProcessIdentity } from "./run.ts";

/** Identity of a live process, or null. A zombie counts as gone. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !exists(pid)) return null;
  const stat = process.platform === "linux" ? readStat(pid) : null;
  if (process.platform === "linux") return stat === null || stat.state === "Z" ? null : { pid, startedAt: stat.startTicks };
  return { pid, startedAt: process.platform === "win32" ? "" : psStart(pid) };
}

export function isProcessAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now !== null && (identity.startedAt === "" || now.startedAt === identity.startedAt);
}

/** What a process has had of the processor, in ticks; null where the platform does not tell. A process that waits its turn gets a little, a hung one nothing. */
export function processorTicksOf(pid: number): number | null {
  return process.platform === "linux" ? (readStat(pid)?.processorTicks ?? null) : null;
}

/** The pids above `pid`, nearest first; empty where the platform does not tell. */
export function ancestorsOf(pid: number): number[] {
  const found: number[] = [];
  for (let current = pid; process.platform === "linux" && current > 1 && found.length < 256;) {
    const stat = readStat(current);
    if (stat === null) break;
    current = stat.parent;
    found.push(current);
  }
  return found;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** Fields 3, 4, 14 with 15, and 22 of /proc/PID/stat; the command name in field 2 may hold spaces and parentheses (proc(5)). */
function readStat(pid: number): { state: string; parent: number; startTicks: string; processorTicks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const processorTicks = Number(fields[11]) + Number(fields[12]);
    return { state: fields[0] ?? "", parent: Number(fields[1]), startTicks: fields[19] ?? "", processorTicks };
  } catch {
    return null;
  }
}

function psStart(pid: number): string {
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}
