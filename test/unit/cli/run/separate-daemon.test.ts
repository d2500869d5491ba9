import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findSeparateDaemon } from "../../../../src/cli/run/separate-daemon.ts";

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
  const daemon = findSeparateDaemon(join(directory, "run.sock"));
  expect(daemon.uid).toBe(own);
  await expect(daemon.connect()).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE", hint: "systemctl status keyward" });
});

it.each(["none.sock", "file"])("refuses %s, which is no socket", (name) => {
  asUser(process.getuid!() + 1);
  writeFileSync(join(directory, "file"), "");
  expect(() => findSeparateDaemon(join(directory, name))).toThrow(expect.objectContaining({ code: "SANDBOX_UNAVAILABLE" }));
});

it("refuses a daemon of the same user, and root: nothing would be separate", () => {
  const own = process.getuid!();
  asUser(own === 0 ? 0 : own);
  expect(() => findSeparateDaemon(join(directory, "run.sock"))).toThrow(own === 0 ? /root can read/ : /runs as this user/);
  asUser(0);
  expect(() => findSeparateDaemon(join(directory, "run.sock"))).toThrow(/root can read/);
});
