// The proxy's port as an outsider and as a client meets it: nobody without a live run's token, tunnels without a byte changed, absolute URLs.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveChild } from "../support/live-child.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { withLimit } from "../support/wait.ts";

let scene: Scene;
let key: string;
let child: LiveChild;
let proxy: URL;
let echo: Server;
const echoed: Buffer[] = [];

beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => echoed.push(chunk));
    socket.on("error", () => {});
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  scene = await openScene({ answer: { body: "hello" } });
  scene.home.set({
    "upstream.resolve": [
      ...scene.upstream.resolveEntries(["api.openai.com"]),
      `blind.example:443=127.0.0.1:${(echo.address() as AddressInfo).port}`,
    ],
  });
  key = await scene.login("openai");
  child = new LiveChild(scene.home);
  proxy = new URL((await child.environment())["HTTPS_PROXY"] ?? "");
});
afterAll(async () => {
  await child.end().catch(() => {});
  await scene.close();
  echo.close();
});

const basic = (user: string, password: string): string =>
  `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}\r\n`;
const token = (): string => basic(proxy.username, proxy.password);

async function dial(): Promise<Socket> {
  const socket = connect(Number(proxy.port), proxy.hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Sends `bytes` and returns everything until the proxy closes. */
async function sayAndHear(bytes: string): Promise<string> {
  const socket = await dial();
  const heard: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => heard.push(chunk));
  socket.write(bytes);
  await withLimit(once(socket, "close"), "the proxy to close the connection");
  return Buffer.concat(heard).toString("latin1");
}

describe("admission", () => {
  const connectHead = "CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n";
  it.each([
    ["no token", () => ""],
    ["a wrong token", () => basic(proxy.username, "x".repeat(43))],
    ["a run that does not exist", () => basic("run_0000000000000000", proxy.password)],
    ["another scheme", () => `Proxy-Authorization: Bearer ${proxy.password}\r\n`],
    ["broken base64", () => "Proxy-Authorization: Basic ====\r\n"],
  ])("answers 407 to a CONNECT with %s, says close and closes", async (_what, header) => {
    const answer = await sayAndHear(`${connectHead}${header()}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 407 /);
    expect(answer).toMatch(/^proxy-authenticate: basic/im);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).not.toContain(proxy.password);
  });

  it("answers 407 to an absolute-form request without a token", async () => {
    const answer = await sayAndHear("GET https://api.openai.com/v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 407 /);
    expect(answer).toMatch(/^connection: close\r$/im);
  });

  it("dials nobody for those it does not admit", () => {
    expect(scene.upstream.connections).toHaveLength(0);
  });

  it("refuses its own port and other loopback addresses to those it does admit", async () => {
    scene.home.set({ "network.allow": undefined });
    for (const target of [`127.0.0.1:${proxy.port}`, `localhost:${proxy.port}`, `[::1]:${proxy.port}`, "169.254.169.254:80"]) {
      const answer = await sayAndHear(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${token()}\r\n`);
      expect(answer, target).toMatch(/^HTTP\/1\.1 403 /);
    }
    scene.home.set({ "network.allow": ["127.0.0.0/8"] });
  });
});

describe("a host that no provider owns", () => {
  it("gets every byte as it was sent, and answers the same way", async () => {
    const bytes = randomBytes(1_000_000);
    const socket = await dial();
    const heard: Buffer[] = [];
    // The first bytes ride along with the CONNECT, as some clients send them.
    socket.write(
      Buffer.concat([
        Buffer.from(`CONNECT blind.example:443 HTTP/1.1\r\nHost: blind.example:443\r\n${token()}\r\n`),
        bytes.subarray(0, 100),
      ]),
    );
    const whole = new Promise<void>((resolve) => {
      socket.on("data", (chunk: Buffer) => {
        heard.push(chunk);
        const all = Buffer.concat(heard);
        const start = all.indexOf("\r\n\r\n") + 4;
        if (start > 3 && all.length - start >= bytes.length) resolve();
      });
    });
    socket.write(bytes.subarray(100));
    await withLimit(whole, "the echo");
    const all = Buffer.concat(heard);
    expect(all.subarray(0, 12).toString()).toBe("HTTP/1.1 200");
    expect(all.subarray(all.indexOf("\r\n\r\n") + 4).equals(bytes)).toBe(true);
    expect(Buffer.concat(echoed).equals(bytes)).toBe(true);
    socket.destroy();
  });
});

describe("an absolute-form request, as some clients send instead of CONNECT", () => {
  it("is carried over TLS with the key in its place", async () => {
    const { OPENAI_API_KEY: placeholder } = await child.environment();
    const answer = await sayAndHear(
      `GET https://api.openai.com/v1/models HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${placeholder}\r\n${token()}Connection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const request = await scene.upstream.nextRequest();
    expect(request.headers["authorization"]).toBe(`Bearer ${key}`);
    expect(request.target).toBe("/v1/models");
    expect(Object.keys(request.headers).filter((name) => name.startsWith("proxy-"))).toEqual([]);
  });

  it("gets no key over plain http", async () => {
    const { OPENAI_API_KEY: placeholder } = await child.environment();
    const before = scene.upstream.connections.length;
    const answer = await sayAndHear(
      `GET http://api.openai.com/v1/models HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${placeholder}\r\n${token()}Connection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 [45]\d\d /);
    expect(scene.upstream.connections).toHaveLength(before);
    scene.assertNoSecret();
  });
});
