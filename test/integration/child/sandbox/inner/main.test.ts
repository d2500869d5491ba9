// The forwarder that is the first process inside a sandbox, started alone: what it takes over descriptor 3 and what it says there.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withLimit } from "../../../../support/wait.ts";

const PROGRAM = fileURLToPath(new URL("../../../../../dist/child/sandbox/inner/main.js", import.meta.url));

let directory: string;
let server: Server;
let inner: ChildProcess;
let said: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "kw-inner-"));
  server = createServer((socket) => socket.end("outside")).listen(join(directory, "s"));
  await once(server, "listening");
  inner = spawn(process.execPath, [PROGRAM, "0", join(directory, "s")], {
    env: {},
    stdio: ["ignore", "pipe", "pipe", "pipe", "ignore", "pipe"],
  });
  said = "";
  pipe().on("data", (chunk: Buffer) => (said += chunk.toString()));
  pipe().on("error", () => {});
});
afterEach(() => {
  inner.kill("SIGKILL");
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const pipe = (): Duplex => inner.stdio[3] as Duplex;
const tell = (message: object): boolean => pipe().write(`${JSON.stringify(message)}\n`);
const start = (command: string, args: string[], env: Record<string, string> = { PATH: "/usr/bin:/bin" }): boolean =>
  tell({ start: { command, args, env, cwd: directory } });
const messages = (): unknown[] =>
  said
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
const ending = (): Promise<unknown[]> => withLimit(once(inner, "exit"), "the forwarder to end");

it("starts the program with the environment it is told, and says how it ended", async () => {
  let output = "";
  let errors = "";
  inner.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  (inner.stdio as unknown as Readable[])[5]!.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  start("sh", ["-c", "env | sort; pwd; echo err >&2; exit 3"], { PATH: "/usr/bin:/bin", MARK: "1" });
  expect((await ending())[0]).toBe(3);
  await expect.poll(() => messages().at(-1)).toEqual({ ended: { exitCode: 3, signal: null } });
  expect(messages()[0]).toEqual({ started: true });
  // What it wrote may come after its end.
  await expect.poll(() => output).toContain(directory);
  expect(output).toContain("MARK=1\n");
  await expect.poll(() => errors).toBe("err\n");
});

it("passes signals to the program and survives them itself", async () => {
  start("sh", ["-c", "trap 'exit 42' USR1; echo began; while :; do sleep 0.05; done"]);
  await once(inner.stdout!, "data");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGTSTP"] as const) inner.kill(signal);
  tell({ signal: "SIGUSR1" });
  expect((await ending())[0]).toBe(42);
});

it("tells when the program is stopped", async () => {
  start("sh", ["-c", "echo began; sleep 0.1; kill -STOP $$"]);
  await expect.poll(() => messages()).toContainEqual({ stopped: true });
  tell({ signal: "SIGCONT" });
  expect((await ending())[0]).toBe(0);
});

it.each([
  ["no-such-command", "COMMAND_NOT_FOUND"],
  ["/", "COMMAND_NOT_EXECUTABLE"],
])("says why %s cannot be started", async (command, code) => {
  start(command, []);
  await ending();
  await expect.poll(() => messages()).toMatchObject([{ failed: { code } }]);
});

it("takes lines that are no messages for nothing, and ends when nobody is there any more", async () => {
  pipe().write('nonsense\n{"signal":"SIGNONE"}\n{"signal":15}\n[]\n');
  start("sleep", ["60"]);
  await expect.poll(() => messages()).toEqual([{ started: true }]);
  pipe().destroy();
  expect((await ending())[0]).toBe(1);
});
