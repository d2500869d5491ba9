// Runs the command of `keyward run` as if keyward were not there: same terminal, same process group, same exit status.
// In: command, arguments, environment, directory. Out: how it ended; `endLike` then ends this process the same way.
// It prints nothing and touches no stream: the child inherits them.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { KeywardError, systemCode } from "../core/errors.ts";
import { bridgeSignals } from "./child-signals.ts";
import { findCommand, notExecutable } from "./find-command.ts";

export interface ChildCommand {
  /** argv[0] as typed. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface ChildEnd {
  /** The child's own status, or 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when the child has ended. @throws COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE */
export async function runChild({ command, args, env, cwd }: ChildCommand): Promise<ChildEnd> {
  const file = findCommand(command, { env, cwd });
  let child: ChildProcess | null = null;
  // Before the spawn: a signal that comes in between must not end us and leave the child alone.
  const bridge = bridgeSignals(() => (child !== null && child.exitCode === null && child.signalCode === null ? child.pid : undefined));
  try {
    child = spawn(file, args, { argv0: command, env, cwd, stdio: "inherit" });
    return await ended(child);
  } catch (error) {
    throw error instanceof KeywardError ? error : spawnError(command, error);
  } finally {
    bridge.release();
  }
}

function ended(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? 128 + signalNumber(signal), signal }));
  });
}

/**
 * Ends this process as the child ended: by the same signal, so that a shell sees "killed by", else with its status.
 * Call it last, after the run was ended at the daemon; it does not return.
 */
export function endLike({ exitCode, signal }: ChildEnd): never {
  if (signal !== null && !wouldDumpCore(signal)) {
    process.removeAllListeners(signal);
    // Ignored for pid 1 of a container: then the status below says it.
    process.kill(process.pid, signal);
  }
  process.exit(exitCode);
}

const CORE_SIGNALS = ["SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGXCPU", "SIGXFSZ", "SIGSYS"];

/** A core dump of this process would overwrite the child's and hold the run's token. */
function wouldDumpCore(signal: NodeJS.Signals): boolean {
  if (!CORE_SIGNALS.includes(signal)) return false;
  try {
    return !/^Max core file size\s+0\s/m.test(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return true;
  }
}

export function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : (constants.signals[signal] ?? 0);
}

export function spawnError(command: string, error: unknown): KeywardError {
  const code = systemCode(error);
  if (code === undefined || code.startsWith("ERR_"))
    return notExecutable(command, "an argument or variable holds a character no program can be given", error);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "its interpreter or the current directory does not exist",
    EACCES: "permission denied",
    E2BIG: "the arguments and the environment are too long",
    ENOEXEC: "the file is not a program for this system",
  };
  return notExecutable(command, reasons[code] ?? `the system refused (${code})`, error);
}
