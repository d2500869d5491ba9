// Running a program in bubblewrap: how it ends, and how a sandbox that cannot be made is told. The whole is in test/e2e/sandbox.test.ts.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { runSandboxed as Source } from "../../../../src/child/sandbox/run-sandboxed.ts";
import type { Mount } from "../../../../src/child/sandbox/mounts.ts";

// The forwarder inside is a compiled file.
const { runSandboxed }: { runSandboxed: typeof Source } = await import(
  new URL("../../../../dist/child/sandbox/run-sandboxed.js", import.meta.url).href
);

let directory: string;
let server: Server;
let mounts: Mount[];
beforeEach(async () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-box-")));
  mkdirSync(join(directory, "work"));
  server = createServer((socket) => socket.end("outside")).listen(join(directory, "s"));
  await once(server, "listening");
  mounts = [
    { kind: "empty", path: "/run" },
    { kind: "writable", path: "/run/keyward-sandbox/proxy.sock", source: join(directory, "s") },
    { kind: "writable", path: join(directory, "work") },
  ];
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

function run(script: string, program = "/usr/bin/bwrap"): ReturnType<typeof runSandboxed> {
  const command = { command: "sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" }, cwd: join(directory, "work") };
  return runSandboxed(command, { program, mounts, proxyPort: 40_001 });
}

it("gives the program's own status", async () => {
  expect(await run("exit 9")).toEqual({ exitCode: 9, signal: null });
});

it("gives the signal that ended it", async () => {
  expect(await run("kill -KILL $$")).toEqual({ exitCode: 137, signal: "SIGKILL" });
});

it("counts a forwarder that the program killed as killed", async () => {
  expect(await run("kill -9 $PPID; sleep 5")).toMatchObject({ exitCode: 137, signal: "SIGKILL" });
});

it("leads the proxy's port to the socket", async () => {
  const script = `test "$(/usr/bin/python3 -c 'import socket; print(socket.create_connection(("127.0.0.1", 40001)).recv(99).decode())')" = outside`;
  expect(await run(script)).toEqual({ exitCode: 0, signal: null });
});

it("says why there is no sandbox, and runs nothing", async () => {
  const fake = join(directory, "bwrap");
  writeFileSync(fake, "#!/bin/sh\necho 'bwrap: Creating new namespace failed: Operation not permitted' >&2; exit 1\n");
  chmodSync(fake, 0o755);
  await expect(run("exit 0", fake)).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE", hint: expect.stringContaining("--security-opt") });
  await expect(run("exit 0", join(directory, "none"))).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
  mounts.push({ kind: "writable", path: "/no/such/place" });
  await expect(run("exit 0")).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE", message: expect.stringContaining("/no/such/place") });
});

it("says that a command is not there", async () => {
  const command = { command: "no-such-command", args: [], env: {}, cwd: join(directory, "work") };
  await expect(runSandboxed(command, { program: "/usr/bin/bwrap", mounts, proxyPort: 40_001 })).rejects.toMatchObject({
    code: "COMMAND_NOT_FOUND",
  });
});
