// The first process inside a sandbox: gives the program 127.0.0.1:PORT, which leads to the run's socket, answers
// its name lookups, and starts it.
// In: port and socket as arguments, everything else over descriptor 3. Out: how the program ended. It knows no token and no key;
// its own environment is empty, so nothing of the user's loads code into it.
import { type ChildProcess, spawn } from "node:child_process";
import { constants as osConstants } from "node:os";
import { Socket } from "node:net";
import { decodeLine, encodeLine, LineReader } from "../../../control/lines.ts";
import { toKeywardError } from "../../../core/errors.ts";
import { findCommand } from "../../find-command.ts";
import { isStopped } from "../../process-state.ts";
import { signalNumber, spawnError } from "../../spawn-child.ts";
import { DIALOGUE_FD, type InsideMessage, isSignal, PROGRAM_STDERR_FD, type StartMessage } from "../dialogue.ts";
import { forwardPort } from "./forward-port.ts";
import { serveNames } from "./names/serve-names.ts";

/** The program gets these by itself, from the terminal or from us; they must not end or stop the forwarder. */
const SURVIVED = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTSTP", "SIGTTIN", "SIGTTOU"] as const;
/** A large environment and long arguments. */
const MAX_START_BYTES = 64 * 1024 * 1024;

const [port = "", socketPath = ""] = process.argv.slice(2);
const outside = new Socket({ fd: DIALOGUE_FD, readable: true, writable: true });
let child: ChildProcess | null = null;

for (const signal of SURVIVED) process.on(signal, () => undefined);
process.on("SIGCHLD", tellStop);
outside.on("error", () => process.exit(1));
outside.once("close", () => process.exit(1));
const lines = new LineReader(MAX_START_BYTES);
outside.on("data", (chunk: Buffer) => {
  for (const line of lines.push(chunk)) obey(decodeLine(line));
});

function obey(message: Readonly<Record<string, unknown>> | null): void {
  const start = message?.["start"] as StartMessage["start"] | undefined;
  const signal = message?.["signal"];
  if (start !== undefined && child === null) void begin(start);
  else if (isSignal(signal)) pass(signal);
}

async function begin(start: StartMessage["start"]): Promise<void> {
  try {
    await forwardPort(Number(port), socketPath);
    await serveNames(socketPath);
    await startProgram(start);
  } catch (error) {
    finish({ failed: toKeywardError(error).toBody() }, 1);
  }
}

async function startProgram({ command, args, env, cwd }: StartMessage["start"]): Promise<void> {
  const file = findCommand(command, { env, cwd });
  // Before the program can end this process: from here on it counts as begun.
  tell({ started: true });
  try {
    child = spawn(file, args, { argv0: command, env, cwd, stdio: [0, 1, PROGRAM_STDERR_FD] });
  } catch (error) {
    throw spawnError(command, error);
  }
  child.once("error", (error) => finish({ failed: spawnError(command, error).toBody() }, 1));
  child.once("exit", (code, signal) => {
    const exitCode = code ?? 128 + signalNumber(signal);
    finish({ ended: { exitCode, signal } }, exitCode);
  });
}

function pass(signal: NodeJS.Signals): void {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  try {
    child.kill(osConstants.signals[signal]);
  } catch {
    // it ended in this moment
  }
}

function tellStop(): void {
  if (child?.pid !== undefined) tell({ stopped: isStopped(child.pid) });
}

function tell(message: InsideMessage): void {
  outside.write(encodeLine(message));
}

/** Everything else inside ends with this process. */
function finish(message: InsideMessage, status: number): void {
  outside.end(encodeLine(message), () => process.exit(status));
}
