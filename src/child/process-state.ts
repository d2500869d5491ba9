// What the kernel knows about a process and its terminal, which Node does not tell: stopped or not, in the foreground or not.
// In: a pid. Out: facts, from /proc on Linux and from ps elsewhere. Only read, never changed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

interface ProcessState {
  /** One letter, proc(5): R, S, T (stopped), t (traced), Z … */
  readonly state: string;
  readonly processGroup: number;
  /** Process group that owns the process's terminal; -1 or 0 without one. */
  readonly terminalGroup: number;
}

/** Stopped by a job-control signal, not by a debugger. */
export function isStopped(pid: number): boolean {
  return readState(pid)?.state === "T";
}

/** Does the terminal send its signals (Ctrl-C, a new window size) to our whole process group, so that the child has them already? */
export function isInForeground(): boolean {
  const own = readState(process.pid);
  return own === null ? process.stdin.isTTY : own.terminalGroup > 0 && own.terminalGroup === own.processGroup;
}

function readState(pid: number): ProcessState | null {
  try {
    if (process.platform === "linux") return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    const [state = "", group, terminal] = execFileSync("ps", ["-o", "stat=,pgid=,tpgid=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return { state: state.charAt(0), processGroup: Number(group), terminalGroup: Number(terminal) };
  } catch {
    return null;
  }
}

/** Fields 3, 5 and 8; the command name in field 2 may hold spaces and parentheses (proc(5)). */
function parseStat(text: string): ProcessState {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", processGroup: Number(fields[2]), terminalGroup: Number(fields[5]) };
}
