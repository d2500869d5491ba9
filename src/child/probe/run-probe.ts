// Starts one client of `doctor --clients` and waits for its end, within a time limit; what it prints is thrown away.
// In: a probe, the environment of its run, an address. Out: whether it was there, ran or hung. Whether it worked, the echo says.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "../find-command.ts";
import { ABSENT_STATUS, type Probe } from "./probes.ts";

export interface ProbeRun {
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly key: string;
  /** Made for this probe. */
  readonly directory: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** absent: the program is there, the part of it is not. */
export type ProbeEnd = "ran" | "absent" | "hung";

/** Where the probe's program is, or null. */
export function findProbe({ program }: Probe, env: Readonly<Record<string, string | undefined>>, cwd: string): string | null {
  try {
    return findCommand(program, { env, cwd });
  } catch {
    return null;
  }
}

export async function runProbe(probe: Probe, run: ProbeRun): Promise<ProbeEnd> {
  const { directory } = run;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(probe.files ?? {})) writeFileSync(join(directory, name), text, { mode: 0o600 });
  const fill = (text: string): string => text.replace(/\{(url|key|directory)\}/g, (_, name: "url" | "key" | "directory") => run[name]);
  const added = Object.fromEntries(Object.entries(probe.env ?? {}).map(([name, value]) => [name, fill(value)]));
  const env = { ...run.env, ...added };
  return waitFor(findCommand(probe.program, { env, cwd: directory }), probe.args.map(fill), { ...run, env });
}

function waitFor(file: string, args: readonly string[], { env, directory, timeoutMs, signal }: ProbeRun): Promise<ProbeEnd> {
  return new Promise((resolve) => {
    let isLate = false;
    const child = spawn(file, args, { env, cwd: directory, stdio: "ignore", signal, killSignal: "SIGKILL" });
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    const finish = (end: ProbeEnd): void => {
      clearTimeout(timer);
      resolve(end);
    };
    child.once("error", () => finish(signal.aborted ? "hung" : "absent"));
    child.once("exit", (status) => finish(isLate ? "hung" : status === ABSENT_STATUS ? "absent" : "ran"));
  });
}
