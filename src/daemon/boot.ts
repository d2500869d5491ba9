// From a bare process to the one daemon of a home: clean environment, private home, lock, everything wired, ready.
// In: argv and the environment. Out: a daemon that serves until it is told to stop, or one message to whoever started it.
// A process that finds another daemon at work says so and ends; it never touches that daemon's socket.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { constants } from "node:os";
import { daemonEnvironment, hasMeddlingVariable, inheritedEnvironment } from "../config/environment.ts";
import { ensureHome, mendFiles } from "../config/home.ts";
import { type Paths, resolvePaths } from "../config/paths.ts";
import { type LockHolder, releaseLock, takeLock } from "../control/daemon-lock.ts";
import { DAEMON_NODE_OPTIONS } from "../control/daemon-options.ts";
import type { Readiness } from "../control/start-daemon.ts";
import { packageVersion } from "../control/version.ts";
import { KeywardError, systemCode, toKeywardError } from "../core/errors.ts";
import { identifyProcess } from "../core/process-identity.ts";
import { harden, type Hardening } from "./harden.ts";
import { holdLifeline, readLifeFd } from "./lifeline.ts";
import { type DaemonLog, describeBug, openDaemonLog } from "./log.ts";

export async function boot(): Promise<void> {
  if (hasMeddlingVariable() || !process.execArgv.every((option) => DAEMON_NODE_OPTIONS.includes(option))) return restartClean();
  process.umask(0o077);
  const readyFd = readReadyFd();
  try {
    // Before anything that holds a key is loaded or opened.
    const hardening = await harden();
    const held = await start(hardening, () => tell(readyFd, { ready: true }));
    if (held) tell(readyFd, { held: true });
  } catch (error) {
    const known = explainStart(error);
    tell(readyFd, { error: known.toBody() });
    // stderr is the log file when a command started us, a terminal when a person did. A bug shows where it is, never its text.
    process.stderr.write(`keyward daemon: ${known.code}: ${known.message}\n`);
    if (known.code === "INTERNAL") process.stderr.write(`${JSON.stringify(describeBug(error))}\n`);
    process.exit(known.exitCode);
  }
}

/** A limit of the system is no bug of ours. */
function explainStart(error: unknown): KeywardError {
  const code = systemCode(error);
  if (code !== "EMFILE" && code !== "ENFILE") return toKeywardError(error);
  return new KeywardError("DAEMON_UNREACHABLE", `the daemon could not start: no more files may be open (${code})`, {
    hint: "raise the limit, for example: ulimit -n 1024",
    cause: error,
  });
}

/** true = another daemon holds the home. */
async function start(hardening: Hardening, onReady: () => void): Promise<boolean> {
  const paths = resolvePaths();
  ensureHome(paths);
  const mended = mendFiles(paths);
  const self = identity(paths);
  if (!takeLock(paths.daemonLock, self).taken) return true;
  process.once("exit", () => releaseLock(paths.daemonLock, self));
  const log = openDaemonLog(paths.daemonLog);
  for (const path of mended) log.warn("others could read or write it; mended", { path });
  dieOnBugs(log);
  const { wireDaemon } = await import("./wire.ts");
  const daemon = await wireDaemon({ paths, log });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => daemon.stop(signal));
  daemon.stopped.then(
    () => process.exit(0),
    () => process.exit(70),
  );
  const lifeFd = readLifeFd(process.argv);
  if (lifeFd !== null) holdLifeline({ fd: lifeFd, home: paths.home, onEnd: () => daemon.stop("the command has ended") });
  log.info("ready", { version: packageVersion(), pid: process.pid, ...hardening });
  onReady();
  return false;
}

function identity(paths: Paths): LockHolder {
  const self = identifyProcess(process.pid);
  if (self === null) throw new KeywardError("INTERNAL", "the daemon cannot identify its own process");
  return { ...self, socket: paths.controlSocket, version: packageVersion() };
}

/** The state of a process after an unforeseen exception is unknown: it ends, and the next command starts another. */
function dieOnBugs(log: DaemonLog): void {
  const die = (error: unknown): void => {
    log.error("bug", describeBug(error));
    process.exit(70);
  };
  process.on("uncaughtException", die);
  process.on("unhandledRejection", die);
}

function readReadyFd(): number | null {
  const match = /^--ready-fd=(\d{1,3})$/.exec(process.argv[2] ?? "");
  return match === null ? null : Number(match[1]);
}

function tell(fd: number | null, message: Readiness): void {
  if (fd === null) return;
  try {
    writeSync(fd, `${JSON.stringify(message)}\n`);
  } catch {
    // Whoever asked is gone; the daemon is there for the next one.
  }
}

/** Runs the daemon in a child that has none of the meddling variables and no Node options; passes signals and its status on. */
function restartClean(): void {
  // Node hands this one variable on by itself unless it is named: without the name this would go on for ever.
  const environment = { ...daemonEnvironment(inheritedEnvironment()), NODE_V8_COVERAGE: undefined };
  const stdio = ["ignore", "inherit", "inherit", readReadyFd() === null ? "ignore" : "inherit"] as const;
  const child = spawn(process.execPath, [...DAEMON_NODE_OPTIONS, ...process.argv.slice(1)], { env: environment, stdio: [...stdio] });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.once("exit", (status, signal) => process.exit(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  child.once("error", () => process.exit(70));
}
