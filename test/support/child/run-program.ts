// Runs a program to its end without blocking this process, whose servers it talks to.
import { spawn } from "node:child_process";
import { withLimit } from "../wait.ts";

export interface ProgramEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runProgram(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<ProgramEnd> {
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
  return withLimit(ended, `${command} to end`, 90_000);
}
