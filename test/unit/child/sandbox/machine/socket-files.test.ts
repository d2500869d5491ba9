import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { socketFiles } from "../../../../../src/child/sandbox/machine/socket-files.ts";

let root: string;
let server: Server;
beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kw-sockets-")));
  server = createServer().listen(join(root, "a b.sock"));
  await once(server, "listening");
});
afterEach(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

it.runIf(process.platform === "linux")("finds a socket that a program of this machine listens on", () => {
  expect(socketFiles()).toContain(join(root, "a b.sock"));
});

it("names each once and by its real name, and leaves out what is abstract, gone or no socket", () => {
  symlinkSync(root, join(root, "link"));
  writeFileSync(join(root, "file"), "");
  const names = ["a b.sock", "a b.sock", "link/a b.sock", "file", "gone"].map((name) => join(root, name));
  const row = (name: string): string => `0000000000000000: 00000002 00000000 00010000 0001 01 30671${name === "" ? "" : ` ${name}`}`;
  const table = ["Num       RefCount Protocol Flags    Type St Inode Path", ...[...names, "@abstract", "relative", ""].map(row), ""];
  expect(socketFiles(table.join("\n"))).toEqual([join(root, "a b.sock")]);
});
