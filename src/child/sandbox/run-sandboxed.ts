// Runs the command of `keyward run --sandbox` inside bubblewrap, with the same terminal, signals and exit status as without.
// In: what runChild takes, the sandbox's arguments, a relay. Out: how the program ended, or why there is no sandbox.
// bubblewrap itself must not die or stop by what the terminal sends to everyone: a shell line starts it with those signals ignored.
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { decodeLine, encodeLine, LineReader } from "../../control/lines.ts";
import { KeywardError } from "../../core/errors.ts";
import { bridgeSignalsTo, type SignalBridge } from "../child-signals.ts";
import type { ChildCommand, ChildEnd } from "../spawn-child.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import {
  DIALOGUE_FD,
  FILTER_FD,
  HOLD_FD,
  INFO_FD,
  type InsideMessage,
  readInsideMessage,
  type SignalMessage,
  type StartMessage,
} from "./dialogue.ts";
import { explainFailure } from "./explain-failure.ts";
import { type Mount, PROXY_SOCKET } from "./mounts.ts";
import { closeStrays } from "./launch/close-strays.ts";
import { openLowPorts } from "./launch/low-ports.ts";
import { terminalFilter } from "./terminal-filter.ts";

export interface Sandbox {
  /** bubblewrap's path. */
  readonly program: string;
  readonly mounts: readonly Mount[];
  readonly proxyPort: number;
}

/** exec keeps ignored signals ignored; the forwarder inside takes them up again. */
const SHIELD = `trap '' INT QUIT TERM HUP USR1 USR2 ALRM TSTP TTIN TTOU; exec "$@"`;
const INNER_PROGRAM = fileURLToPath(new URL("./inner/main.js", import.meta.url));
const MAX_COMPLAINT_CHARS = 4_096;

/** @throws SANDBOX_UNAVAILABLE, COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE */
export async function runSandboxed(command: ChildCommand, sandbox: Sandbox): Promise<ChildEnd> {
  const state = { stopped: false, last: null as InsideMessage | null, complaint: "" };
  const dialogue = { send: (_message: StartMessage | SignalMessage): void => undefined };
  const bridge = bridgeSignalsTo({ send: (signal) => dialogue.send({ signal }), isStopped: () => state.stopped });
  try {
    const child = launch(command.cwd, sandbox);
    const pipe = child.stdio[DIALOGUE_FD] as Duplex;
    dialogue.send = (message) => void (pipe.writable && pipe.write(encodeLine(message)));
    pipe.on("error", () => undefined);
    collect(child.stdio[2] as Readable, state);
    listenTo(pipe, state, bridge);
    const { args, env, cwd } = command;
    dialogue.send({ start: { command: command.command, args, env, cwd } });
    await closed(child);
  } finally {
    bridge.release();
  }
  const { last, complaint } = state;
  if (last !== null && "failed" in last) throw KeywardError.fromBody(last.failed);
  if (last !== null && "ended" in last) return last.ended;
  // The program ran and the forwarder was ended under it: as if the program had been.
  if (last !== null) return { exitCode: 137, signal: "SIGKILL" };
  throw explainFailure(complaint);
}

function launch(cwd: string, { program, mounts, proxyPort }: Sandbox): ChildProcess {
  const filter = terminalFilter();
  const inside = [process.execPath, INNER_PROGRAM, String(proxyPort), PROXY_SOCKET];
  const args = bubblewrapArguments({
    mounts,
    cwd,
    filterFd: filter === null ? null : FILTER_FD,
    gate: { infoFd: INFO_FD, holdFd: HOLD_FD },
    command: inside,
  });
  closeStrays();
  const child = spawn("/bin/sh", ["-c", SHIELD, "sh", program, ...args], {
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    // 0 and 1 are the program's; 2 is for bubblewrap's complaints; 3 the dialogue; 4 the filter; 5 the program's standard error; 6 and 7 see openNetwork.
    stdio: ["inherit", "inherit", "pipe", "pipe", "pipe", 2, "pipe", "pipe"],
  });
  const filterPipe = child.stdio[FILTER_FD] as Writable;
  filterPipe.on("error", () => undefined);
  filterPipe.end(filter ?? "");
  const pipes = child.stdio as readonly unknown[];
  openNetwork(pipes[INFO_FD] as Readable, pipes[HOLD_FD] as Writable);
  return child;
}

/** bubblewrap says which process makes the sandbox, and goes on when the other pipe ends. */
function openNetwork(info: Readable, hold: Writable): void {
  let text = "";
  info.setEncoding("utf8");
  info.on("data", (part: string) => (text += part));
  info.on("error", () => undefined);
  hold.on("error", () => undefined);
  info.once("close", () => {
    const pid = Number(/"child-pid"\s*:\s*(\d+)/.exec(text)?.[1]);
    if (!Number.isInteger(pid)) return void hold.end();
    void openLowPorts(pid).finally(() => hold.end());
  });
}

function listenTo(pipe: Duplex, state: { stopped: boolean; last: InsideMessage | null }, bridge: SignalBridge): void {
  const lines = new LineReader(64 * 1024);
  pipe.on("data", (chunk: Buffer) => {
    try {
      for (const line of lines.push(chunk)) {
        const message = readInsideMessage(decodeLine(line));
        if (message === null) continue;
        if ("stopped" in message) {
          state.stopped = message.stopped;
          bridge.look();
        } else state.last = message;
      }
    } catch {
      pipe.destroy();
    }
  });
}

function collect(stream: Readable, state: { complaint: string }): void {
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    if (state.complaint.length < MAX_COMPLAINT_CHARS) state.complaint += text;
  });
  stream.on("error", () => undefined);
}

/** After `exit` the last words may still be in the pipes: `close` comes when they are read. */
function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new KeywardError("SANDBOX_UNAVAILABLE", "/bin/sh cannot be started", { cause: error })));
    child.once("close", () => resolve());
  });
}
