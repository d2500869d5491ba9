import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findSeparateDaemon } from "../../../../src/cli/run/separate-daemon.ts";
import { PROTOCOL_VERSION } from "../../../../src/control/protocol.ts";

let directory: string;
let server: Server;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "kw-separate-"));
  server = createServer((socket) => socket.destroy()).listen(join(directory, "run.sock"));
  await once(server, "listening");
});
afterEach(() => {
  vi.restoreAllMocks();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

function asUser(uid: number): void {
  vi.spyOn(process as { getuid: () => number }, "getuid").mockReturnValue(uid);
}

it("finds the daemon of another user", async () => {
  const own = process.getuid!();
  asUser(own + 1);
  const daemon = await findSeparateDaemon(join(directory, "run.sock"), 20);
  expect(daemon.uid).toBe(own);
  await expect(daemon.connect()).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE", hint: "systemctl status keyward" });
});

it("waits for a daemon that is just being started anew, whether its socket is there or not", async () => {
  asUser(process.getuid!() + 1);
  const path = join(directory, "run.sock");
  server.close();
  await once(server, "close");
  const found = findSeparateDaemon(path, 30_000);
  server = createServer((socket) => socket.destroy()).listen(path);
  const connecting = (await found).connect();
  await once(server, "connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket) => {
    const hello = { protocol: PROTOCOL_VERSION, version: "99.0.0", pid: 7 };
    socket.on("error", () => {}).once("data", () => socket.write(`${JSON.stringify({ hello })}\n`));
  });
  const control = await connecting;
  control.close();
  await control.closed;
});

it.each(["none.sock", "file"])("refuses %s, which is no socket", async (name) => {
  asUser(process.getuid!() + 1);
  writeFileSync(join(directory, "file"), "");
  await expect(findSeparateDaemon(join(directory, name), 20)).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
});

it("refuses a daemon of the same user, and root: nothing would be separate", async () => {
  const own = process.getuid!();
  asUser(own === 0 ? 0 : own);
  await expect(findSeparateDaemon(join(directory, "run.sock"))).rejects.toThrow(own === 0 ? /root can read/ : /runs as this user/);
  asUser(0);
  await expect(findSeparateDaemon(join(directory, "run.sock"))).rejects.toThrow(/root can read/);
});
