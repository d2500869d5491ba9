import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { leadByName } from "../../../../../../src/child/sandbox/inner/names/lead-by-name.ts";
import { NameAddresses } from "../../../../../../src/child/sandbox/inner/names/name-addresses.ts";

let directory: string;
let servers: Server[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "kw-lead-"));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A proxy that answers each head with `answer`, then echoes. */
async function lead(answer: string, addresses: NameAddresses): Promise<{ port: number; heads: string[] }> {
  const path = join(directory, "s");
  const heads: string[] = [];
  const proxy = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (head: Buffer) => {
      heads.push(head.toString());
      for (const part of answer.match(/[^]{1,9}/g) ?? []) socket.write(part);
      socket.pipe(socket);
    });
  }).listen(path);
  await once(proxy, "listening");
  const server = await leadByName(0, path, addresses);
  servers.push(proxy, server);
  return { port: (server.address() as AddressInfo).port, heads };
}

async function said(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (part: Buffer) => (text += part.toString()));
  socket.on("error", () => {});
  await once(socket, "close");
  return text;
}

it("asks the proxy for the name that the address stands for, then carries bytes both ways and to the end", async () => {
  const addresses = new NameAddresses();
  const address = String(addresses.addressOf("api.example.test"));
  const { port, heads } = await lead("HTTP/1.1 200 Connection established\r\n\r\nfirst ", addresses);
  const client = connect(port, address);
  client.end("said at once");
  expect(await said(client)).toBe("first said at once");
  expect(heads).toEqual([`CONNECT api.example.test:${port} HTTP/1.1\r\nHost: api.example.test:${port}\r\n\r\n`]);
});

it.each(["HTTP/1.1 403 Forbidden\r\n\r\nno", "HTTP/1.1 2000 x\r\n\r\n", `HTTP/1.1 200 ${"x".repeat(20_000)}`])(
  "ends the connection when the proxy says %.20j",
  async (answer) => {
    const addresses = new NameAddresses();
    const address = String(addresses.addressOf("api.example.test"));
    const { port } = await lead(answer, addresses);
    expect(await said(connect(port, address))).toBe("");
  },
);

it("leads an address that stands for no name nowhere", async () => {
  const { port, heads } = await lead("HTTP/1.1 200 OK\r\n\r\n", new NameAddresses());
  expect(await said(connect(port, "127.64.0.9"))).toBe("");
  expect(heads).toEqual([]);
});
