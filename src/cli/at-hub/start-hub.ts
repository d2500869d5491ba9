// Starts the hub's own process and reads its one line of answer. The command line itself never loads a database or a server.
// In: a verb, options that everyone may see, and variables that nobody should. Out: the result, and for `serve` the process to wait for.
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../config/environment.ts";
import { type ErrorBody, KeywardError } from "../../core/errors.ts";

export interface HubStart {
  readonly verb: "init" | "serve" | "rotate-key" | "migrate-db" | "gateway";
  readonly flags: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Beside the command's own environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly environment: Environment;
}

export interface StartedHub {
  readonly result: Readonly<Record<string, unknown>>;
  /** Its exit status: 128 and the signal's number when a signal ended it. */
  readonly ended: Promise<number>;
}

const HUB = fileURLToPath(new URL("../../../dist/hub/main.js", import.meta.url));
const GATEWAY = fileURLToPath(new URL("../../../dist/daemon/gateway/main.js", import.meta.url));
const ANSWER_FD = 3;

/** @throws the hub's own error */
export async function startHub({ verb, flags, variables, environment }: HubStart): Promise<StartedHub> {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
  const program = verb === "gateway" ? [GATEWAY] : [HUB, verb];
  const child = spawn(process.execPath, [...program, JSON.stringify(flags)], {
    env: { ...environment, ...set },
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const ended = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  // A service manager signals this process; a terminal signals both.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.on(signal, () => child.kill(signal === "SIGHUP" ? "SIGTERM" : signal));
  const line = await readAnswer(child);
  if (line === null)
    throw new KeywardError("HUB_UNUSABLE", "the hub's process ended before it said anything", { hint: "look at the lines above" });
  const answer = JSON.parse(line) as { readonly result?: Record<string, unknown>; readonly error?: ErrorBody };
  if (answer.error !== undefined) throw KeywardError.fromBody(answer.error);
  return { result: answer.result ?? {}, ended };
}

function readAnswer(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let text = "";
    const pipe = child.stdio[ANSWER_FD] as Readable;
    pipe.setEncoding("utf8");
    pipe.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    pipe.on("end", () => resolve(null));
  });
}
