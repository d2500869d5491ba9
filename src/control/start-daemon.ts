// Finds the daemon, or starts it and waits until it says that it is ready. Every command begins here.
// In: Paths and the environment the daemon may have (config's daemonEnvironment). Out: a greeted client. A start that fails
// hands the daemon's own error to the caller. The daemon inherits no other variable, no standard input and no Node options.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, type FSWatcher, lstatSync, openSync, watch } from "node:fs";
import { dirname, join, parse } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Paths } from "../config/paths.ts";
import { type ErrorBody, KeywardError } from "../core/errors.ts";
import { DAEMON_NODE_OPTIONS } from "./daemon-options.ts";
import { connectControl, type ControlClient } from "./client.ts";
import { identifyProcess, processorTicksOf } from "../core/process-identity.ts";
import { claimStart, readLock } from "./daemon-lock.ts";
import { decodeLine, LineReader } from "./lines.ts";
import { packageVersion } from "./version.ts";

export interface StartOptions {
  /** The daemon's whole environment: `daemonEnvironment()`. */
  readonly environment: Readonly<Record<string, string>>;
  /** The daemon's program; dist/daemon/main.js of this package when absent. */
  readonly program?: string;
  readonly timeoutMs?: number;
  /** How long a daemon may be silent while it does nothing. */
  readonly silenceMs?: number;
  /** The daemon ends, and removes its home, when this process does. It is told here who it is; its fifth stream is the line between the two. */
  readonly onTemporary?: (daemon: ChildProcess) => void;
}

/** What a daemon being started writes to its ready pipe. */
export type Readiness = { readonly ready: true } | { readonly held: true } | { readonly error: ErrorBody };

/** The descriptor of the ready pipe in the daemon. */
export const READY_FD = 3;
/** The descriptor of the pipe that ends with the command, in a temporary daemon. */
export const LIFE_FD = 4;
/** Half a second on a machine that is idle; fifty commands that start at once on a slow one share its cores. */
const START_TIMEOUT_MS = 60_000;
/** A daemon that says nothing and does nothing for so long is hung; one that waits its turn on a busy machine does a little. */
const SILENCE_MS = 10_000;
/** As long is another command's start waited for; it may have been stopped in the middle of it. */
const CLAIM_MS = 10_000;
/** A daemon that is ended from outside while it starts (a signal, the kernel out of memory) is started again; one that cannot start ends every time. */
const MAX_STARTS = 2;
/** How often a wait for another's daemon looks whether that daemon still lives; its readiness itself comes as an event. */
const LIVENESS_MS = 500;

/** @throws DAEMON_UNREACHABLE after a minute, or after 10 s with a daemon that is hung; or the error that kept the daemon from starting */
export async function ensureDaemon(paths: Paths, options: StartOptions): Promise<ControlClient> {
  const startedAtMs = Date.now();
  const deadlineMs = startedAtMs + (options.timeoutMs ?? START_TIMEOUT_MS);
  let starts = 0;
  while (Date.now() < deadlineMs) {
    const client = await greet(paths, deadlineMs, options.silenceMs ?? SILENCE_MS);
    if (client !== null && !client.daemon.stepsAside) return client;
    if (client !== null) await before(deadlineMs, client.closed);
    else if (readLock(paths.daemonLock) !== null) await waitForSocket(paths, deadlineMs);
    else {
      const death = await startOrWait(paths, options, { deadlineMs, claimUntilMs: startedAtMs + CLAIM_MS });
      if (death !== null && ++starts === MAX_STARTS) throw death;
    }
  }
  throw tooSlow(paths);
}

async function greet(paths: Paths, deadlineMs: number, silenceMs: number): Promise<ControlClient | null> {
  for (;;) {
    const pid = readLock(paths.daemonLock)?.pid;
    const ticks = pid === undefined ? null : processorTicksOf(pid);
    const leftMs = Math.max(1, deadlineMs - Date.now());
    const silentAtMs = Date.now() + silenceMs;
    try {
      return await connectControl(paths.controlSocket, {
        replace: true,
        helloTimeoutMs: ticks === null ? leftMs : Math.min(leftMs, silenceMs),
      });
    } catch (error) {
      const now = Date.now();
      const isStarved = pid !== undefined && ticks !== null && processorTicksOf(pid) !== ticks;
      if (now < silentAtMs || now >= deadlineMs || !isStarved) throw error;
    }
  }
}

interface Limits {
  readonly deadlineMs: number;
  readonly claimUntilMs: number;
}

/** null: look again. Else how the daemon that was started ended before it was ready. @throws the daemon's own error */
async function startOrWait(paths: Paths, options: StartOptions, { deadlineMs, claimUntilMs }: Limits): Promise<KeywardError | null> {
  const self = identifyProcess(process.pid);
  if (self === null || Date.now() >= claimUntilMs || !isOwnDirectory(paths.home)) return startOnce(paths, options, deadlineMs);
  const claim = claimStart(join(paths.home, ".starting"), { ...self, socket: paths.controlSocket, version: packageVersion() });
  if (claim === "another") {
    await waitForSocket(paths, deadlineMs);
    return null;
  }
  try {
    return await startOnce(paths, options, deadlineMs);
  } finally {
    claim();
  }
}

/** Whether it is safe is the daemon's to say; here it is only not to write through a link, or to make what is not there. */
function isOwnDirectory(path: string): boolean {
  try {
    const stat = lstatSync(path);
    return stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
  } catch {
    return false;
  }
}

async function startOnce(paths: Paths, options: StartOptions, deadlineMs: number): Promise<KeywardError | null> {
  const program = options.program ?? fileURLToPath(new URL("../../dist/daemon/main.js", import.meta.url));
  const outcome = await readiness(launch(program, paths, options), paths, deadlineMs);
  if ("died" in outcome) return outcome.died;
  if ("error" in outcome) throw KeywardError.fromBody(outcome.error);
  if ("held" in outcome) await waitForSocket(paths, deadlineMs);
  return null;
}

function launch(program: string, paths: Paths, options: StartOptions): ChildProcess {
  const log = openLog(paths.daemonLog);
  try {
    const isTemporary = options.onTemporary !== undefined;
    const words = [program, `--ready-fd=${READY_FD}`, ...(isTemporary ? [`--life-fd=${LIFE_FD}`] : [])];
    const daemon = spawn(process.execPath, [...DAEMON_NODE_OPTIONS, ...words], {
      cwd: parse(paths.home).root,
      detached: true,
      // Node hands NODE_V8_COVERAGE on by itself unless it is named.
      env: { ...options.environment, KEYWARD_HOME: paths.home, NODE_V8_COVERAGE: undefined },
      stdio: ["ignore", "ignore", log ?? "ignore", "pipe", ...(isTemporary ? (["pipe"] as const) : [])],
      windowsHide: true,
    });
    options.onTemporary?.(daemon);
    return daemon;
  } finally {
    if (log !== null) closeSync(log);
  }
}

/** For what the daemon says before it has a log of its own. null while the home is not there: the daemon makes and checks it. */
function openLog(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
  } catch {
    return null;
  }
}

/** The first line of the ready pipe; its end without one means that the daemon died on the way. */
function readiness(child: ChildProcess, paths: Paths, deadlineMs: number): Promise<Readiness | { readonly died: KeywardError }> {
  return new Promise((resolve, reject) => {
    const pipe = child.stdio[READY_FD] as Readable;
    const timer = setTimeout(() => finish(() => reject(tooSlow(paths))), Math.max(1, deadlineMs - Date.now()));
    const lines = new LineReader(64 * 1024);
    const died = (cause?: unknown): { died: KeywardError } => ({ died: diedEarly(paths, cause) });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      pipe.destroy();
      child.unref();
      settle();
    };
    pipe.on("data", (chunk: Buffer) => {
      const [line] = lines.push(chunk);
      if (line === undefined) return;
      const message = decodeLine(line) as Readiness | null;
      finish(() => resolve(message ?? died()));
    });
    pipe.once("end", () => finish(() => resolve(died())));
    pipe.on("error", () => finish(() => resolve(died())));
    child.once("error", (error) => finish(() => resolve(died(error))));
  });
}

/** Waits until something new happens at the socket or the lock: another process is bringing the daemon up. */
async function waitForSocket(paths: Paths, deadlineMs: number): Promise<void> {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    const change = new Promise<void>((resolve) => {
      for (const directory of new Set([dirname(paths.controlSocket), paths.state, paths.home])) {
        const watcher = watchQuietly(directory, resolve);
        if (watcher !== null) watchers.push(watcher);
      }
      timer = setTimeout(resolve, LIVENESS_MS);
    });
    // The socket may have appeared between the last look and the watch.
    const client = await connectControl(paths.controlSocket).catch(() => null);
    client?.close();
    if (client === null) await before(deadlineMs, change);
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
}

/** null where there is nothing to watch yet. */
function watchQuietly(directory: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(directory, onChange).on("error", onChange);
  } catch {
    return null;
  }
}

async function before(deadlineMs: number, event: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(1, deadlineMs - Date.now()));
  });
  await Promise.race([event, timeout]);
  clearTimeout(timer);
}

function tooSlow(paths: Paths): KeywardError {
  const holder = readLock(paths.daemonLock);
  const who = holder === null ? "" : ` (pid ${holder.pid})`;
  return new KeywardError("DAEMON_UNREACHABLE", `the daemon${who} did not become ready in time`, { hint: "keyward daemon logs" });
}

function diedEarly(paths: Paths, cause?: unknown): KeywardError {
  return new KeywardError("DAEMON_UNREACHABLE", `the daemon ended before it was ready; ${paths.daemonLog} may say why`, {
    hint: "keyward daemon logs",
    cause,
  });
}
