// Spawns the real command, dist/cli/main.js, as a user's shell would: arguments, environment, standard input in; output and status out.
// Nothing of the test's own environment reaches it except PATH.
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { withLimit } from "./wait.ts";

export const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const PTY = fileURLToPath(new URL("on-terminal.py", import.meta.url));

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Buffer;
  readonly cwd?: string;
  readonly limitMs?: number;
}

export interface LiveCommand {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly finished: Promise<Finished>;
}

/** Starts any program and collects what it says; its standard input stays open. */
export function spawnProgram(program: string, args: readonly string[], options: CommandOptions): LiveCommand {
  const child = spawn(program, args, { env: { ...options.env }, cwd: options.cwd, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {});
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ ...said, exitCode, signal }));
  });
  return { child, finished };
}

/** Runs any program to its end. */
export async function runProgram(program: string, args: readonly string[], options: CommandOptions): Promise<Finished> {
  const { child, finished } = spawnProgram(program, args, options);
  child.stdin.end(options.stdin ?? "");
  try {
    return await withLimit(finished, `${program} ${args.join(" ")} to end`, options.limitMs ?? 90_000);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

export function spawnKeyward(args: readonly string[], options: CommandOptions): LiveCommand {
  return spawnProgram(process.execPath, [CLI, ...args], options);
}

export function runKeyward(args: readonly string[], options: CommandOptions): Promise<Finished> {
  return runProgram(process.execPath, [CLI, ...args], options);
}

/** Wait for the expected text on the terminal, then type. `\r` is Enter, `\x03` Ctrl-C. */
export interface PtyStep {
  readonly expect: string;
  readonly type: string;
}

/** Runs keyward on a terminal of its own; stdout is everything the terminal showed, stderr what went wrong with the terminal. */
export function runKeywardOnPty(args: readonly string[], steps: readonly PtyStep[], options: CommandOptions): Promise<Finished> {
  return runProgram("/usr/bin/python3", [PTY, JSON.stringify(steps), process.execPath, CLI, ...args], options);
}
