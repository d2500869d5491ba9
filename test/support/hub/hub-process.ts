// The hub as the process it really is, for tests that kill it: `dist/hub/main.js` with a verb, its answer read from descriptor 3.
// In: a database, a root key and a port. Out: the process, where it listens, and what it wrote.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { PostgresDatabase } from "./postgres.ts";

const PROGRAM = fileURLToPath(new URL("../../../dist/hub/main.js", import.meta.url));

export interface HubProcessOptions {
  readonly dataDir: string;
  readonly rootKey: string;
  readonly database?: PostgresDatabase;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string | number | boolean>>;
}

export interface HubProcess {
  readonly child: ChildProcess;
  readonly result: Readonly<Record<string, unknown>>;
  readonly url: string;
  log(): string;
  /** With SIGTERM: its exit status. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** @throws what the hub said when it did not do it */
export async function startHubProcess(verb: string, options: HubProcessOptions): Promise<HubProcess> {
  const { dataDir, rootKey, database, port = 0 } = options;
  const flags = { dataDir, host: "127.0.0.1", port, ...options.flags };
  const program = process.env["KEYWARD_TEST_HUB"] ?? PROGRAM;
  const child = spawn(process.execPath, [program, verb, JSON.stringify(flags)], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      KEYWARD_HUB_KEY: rootKey,
      ...(database === undefined ? {} : { KEYWARD_HUB_DATABASE: database.url, KEYWARD_HUB_OWNER_DATABASE: database.ownerUrl }),
      ...options.environment,
    },
  });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.stdout?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, "exit");
  const line = await firstLine(child.stdio[3] as Readable);
  const answer = JSON.parse(line || "{}") as { result?: Record<string, unknown>; error?: { code: string; message: string } };
  if (answer.result === undefined) throw new Error(`${answer.error?.code ?? "no answer"}: ${answer.error?.message ?? log}`);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    child,
    result: answer.result,
    url: String(answer.result["url"]),
    log: () => log,
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
  };
}

async function firstLine(pipe: Readable): Promise<string> {
  let text = "";
  for await (const chunk of pipe) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1)[0] ?? "";
}
