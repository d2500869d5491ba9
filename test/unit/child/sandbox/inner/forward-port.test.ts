import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { forwardPort } from "../../../../../src/child/sandbox/inner/forward-port.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "kw-forward-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("leads a loopback port to a unix socket, in both directions and to the end", async () => {
  const path = join(directory, "s");
  const echo = createServer((socket) => socket.pipe(socket)).listen(path);
  await once(echo, "listening");
  const server = await forwardPort(0, path);
  const { address, port } = server.address() as AddressInfo;
  expect(address).toBe("127.0.0.1");
  const client = connect(port, "127.0.0.1");
  let answer = "";
  client.on("data", (chunk) => (answer += chunk.toString()));
  client.end("there and back");
  await once(client, "end");
  expect(answer).toBe("there and back");
  server.close();
  echo.close();
});

it("closes what it cannot lead anywhere", async () => {
  const server = await forwardPort(0, join(directory, "nobody"));
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.on("error", () => {});
  await once(client, "close");
  server.close();
});

it("fails when the port is taken", async () => {
  const server = await forwardPort(0, join(directory, "s"));
  await expect(forwardPort((server.address() as AddressInfo).port, "x")).rejects.toMatchObject({ code: "EADDRINUSE" });
  server.close();
});
