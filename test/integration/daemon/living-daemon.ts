// A daemon that a file's tests talk to over its real socket: fresh for every test, with short words for what they do most.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach } from "vitest";
import type { ControlClient } from "../../../src/control/client.ts";
import type { Params, Result } from "../../../src/control/protocol.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { identifyProcess } from "../../../src/core/process-identity.ts";
import type { ProcessIdentity } from "../../../src/core/run.ts";
import { withLimit } from "../../support/wait.ts";
import { DaemonHome } from "./daemon-home.ts";

export const KEY = `sk-${"a1B2".repeat(12)}`;
/** Stores it for openai, as its default connection. */
export const LOGIN: Params<"connection.store"> = {
  profile: null,
  provider: "openai",
  connection: null,
  fields: { key: KEY },
  force: false,
  checks: { anyShape: false, doubtful: "warn", verify: false },
};
export const GITHUB_KEY = `ghp_${"a1B2".repeat(9)}`;
/** This test process. */
export const self = identifyProcess(process.pid)!;

export class LivingDaemon {
  home!: DaemonHome;
  client!: ControlClient;
  readonly #owners: ChildProcess[] = [];

  async begin(): Promise<void> {
    this.home = new DaemonHome();
    this.client = await this.home.connect();
  }

  async end(): Promise<void> {
    for (const owner of this.#owners.splice(0)) owner.kill("SIGKILL");
    await this.home.remove();
  }

  /** kill -9, then the next command. `between` sees the home without a daemon. */
  async crash(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.home.kill(this.client);
    await between();
    this.client = await this.home.connect();
  }

  store(change: Partial<Params<"connection.store">> = {}): Promise<Result<"connection.store">> {
    return this.client.call("connection.store", { ...LOGIN, ...change });
  }

  startRun(change: Partial<Params<"run.start">> = {}, by = this.client): Promise<Result<"run.start">> {
    const selection = { connections: [], providers: [] };
    return by.call("run.start", { profile: null, command: "x", selection, layers: [], owner: self, ttlMs: null, network: null, ...change });
  }

  /** A process that can own a run and be killed. */
  startOwner(): { child: ChildProcess; identity: ProcessIdentity } {
    const child = spawn("sleep", ["120"]);
    this.#owners.push(child);
    return { child, identity: identifyProcess(child.pid!)! };
  }

  /** `openai=work*`: the star marks the default. */
  async connections(): Promise<string[]> {
    const { connections } = await this.client.call("connection.list", { profile: null });
    return connections.map(({ provider, name, isDefault }) => `${provider}=${name}${isDefault ? "*" : ""}`);
  }

  async auditEntries(): Promise<Result<"audit.list">["entries"]> {
    const query = { profile: null, run: null, provider: null, sinceMs: null, denied: false, limit: 50 };
    return (await this.client.call("audit.list", query)).entries;
  }
}

export function useDaemon(): LivingDaemon {
  const daemon = new LivingDaemon();
  beforeEach(() => daemon.begin());
  afterEach(() => daemon.end());
  return daemon;
}

/** The error a call ends with; a failure when it does not. */
export async function refusal(call: Promise<unknown>): Promise<KeywardError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof KeywardError) return outcome;
  throw new Error(`not refused: ${JSON.stringify(outcome) ?? String(outcome)}`);
}

/** First line of the proxy's answer to a CONNECT of an address that it would never dial. */
export async function proxyStatus(port: number, runId: string, token: string): Promise<string> {
  return (await proxyAnswer(port, runId, token)).split("\r\n")[0] ?? "";
}

/** The whole of that answer, which closes the connection. */
export async function proxyAnswer(port: number, runId: string, token: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const authorization = Buffer.from(`${runId}:${token}`).toString("base64");
  socket.write(`CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  await withLimit(once(socket, "end"), "the proxy's answer");
  socket.destroy();
  return answer;
}
