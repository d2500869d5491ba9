import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Relay, relaySocketPath, startRelay } from "../../../../src/child/sandbox/relay.ts";

let directory: string;
let proxy: Server;
let relay: Relay;
let received: { text: string; socket: Socket; ended: boolean }[];
const path = (): string => join(directory, "s");

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "kw-relay-"));
  received = [];
  proxy = createServer({ allowHalfOpen: true }, (socket) => {
    const one = { text: "", socket, ended: false };
    received.push(one);
    socket.on("data", (chunk) => (one.text += chunk.toString("latin1")));
    socket.on("end", () => (one.ended = true));
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  relay = await startRelay({ socketPath: path(), proxyPort: (proxy.address() as AddressInfo).port, authorization: "Basic cnVuOnRva2Vu" });
});
afterEach(() => {
  relay.close();
  for (const { socket } of received) socket.destroy();
  proxy.close();
  rmSync(directory, { recursive: true, force: true });
});

function client(): Socket {
  return connect({ path: path(), allowHalfOpen: true });
}

describe("startRelay", () => {
  it("adds the run's credentials to a CONNECT that has none, however it is cut", async () => {
    const socket = client();
    for (const part of ["CON", "NECT a:443 HTTP/1.1\r\nHo", "st: a:443\r\n\r", "\nTLS"]) {
      socket.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect
      .poll(() => received[0]?.text)
      .toBe("CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: Basic cnVuOnRva2Vu\r\nHost: a:443\r\n\r\nTLS");
    socket.destroy();
  });

  it.each([
    "CONNECT a:443 HTTP/1.1\r\nproxy-authorization: Basic eDp5\r\n\r\n",
    "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "\x16\x03\x01 something else",
    `CONNECT ${"a".repeat(20_000)}:443 HTTP/1.1\r\n`,
  ])("passes everything else on as it is: %.30s", async (text) => {
    const socket = client();
    socket.write(text, "latin1");
    await expect.poll(() => received[0]?.text).toBe(text);
    socket.destroy();
  });

  it("carries answers, and half-closed ends in both directions", async () => {
    const socket = client();
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.end("CONNECT");
    await expect.poll(() => received[0]?.ended).toBe(true);
    received[0]!.socket.end("answer");
    await once(socket, "end");
    expect(answer).toBe("answer");
  });

  it("ends its connections and its file when it closes", async () => {
    const socket = connect(path()).resume();
    await once(socket, "connect");
    const ended = once(socket, "close");
    socket.on("error", () => {});
    await expect.poll(() => received.length).toBe(1);
    relay.close();
    await ended;
    expect(existsSync(path())).toBe(false);
  });

  it("fails with a reason where it cannot listen", async () => {
    const options = { socketPath: join(directory, "no/such/s"), proxyPort: 1, authorization: "" };
    await expect(startRelay(options)).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
  });
});

it("relaySocketPath takes away what dead processes left, and only that", () => {
  for (const name of ["s-999999999", `s-${process.ppid}`, "s-x", "daemon.sock"]) writeFileSync(join(directory, name), "");
  expect(relaySocketPath(directory)).toBe(join(directory, `s-${process.pid}`));
  expect(["s-999999999", `s-${process.ppid}`, "s-x", "daemon.sock"].map((name) => existsSync(join(directory, name)))).toEqual([
    false,
    true,
    true,
    true,
  ]);
});
