// Runs a program that prints a secret. In: its name and arguments as they are, never through a shell. Out: what it printed.
// A time limit ends it with everything it started; what it says on stderr is not read; its output is in no message.
import { spawn } from "node:child_process";
import { systemCode } from "../core/errors.ts";
import { MAX_VALUE_BYTES, unavailable, unreachable } from "./backend.ts";

export interface ToolCall {
  /** As messages name it. */
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Time for a password manager that asks its user. */
const TIMEOUT_MS = 60_000;

/** @throws SECRET_UNAVAILABLE, BACKEND_UNREACHABLE */
export function runTool({ title, program, args, environment, timeoutMs = TIMEOUT_MS }: ToolCall): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: environment,
      cwd: "/",
      shell: false,
      stdio: ["ignore", "pipe", "ignore"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let failure: Error | null = null;
    const end = (error: Error): void => {
      failure ??= error;
      endGroup(child.pid);
      // One that has left the group and holds the pipe must not keep the answer.
      child.stdout.destroy();
    };
    const limit = setTimeout(() => end(unreachable(`${title} did not end within ${timeoutMs / 1000} s`)), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_VALUE_BYTES) end(unavailable(`${title} prints more than ${MAX_VALUE_BYTES / 1024} KiB`));
      else chunks.push(chunk);
    });
    child.on("error", (error) => {
      const code = systemCode(error) ?? "unknown reason";
      clearTimeout(limit);
      reject(
        unavailable(code === "ENOENT" ? `${title} is not installed where the daemon looks (PATH)` : `${title} cannot be run (${code})`),
      );
    });
    child.on("close", (status, signal) => {
      clearTimeout(limit);
      if (failure !== null) reject(failure);
      else if (status === 0) resolve(Buffer.concat(chunks));
      else reject(unavailable(signal === null ? `${title} failed with status ${status}` : `${title} was ended by ${signal}`));
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
