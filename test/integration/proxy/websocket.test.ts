// WebSocket through an intercepted host with a real ws client and server: injection in the handshake, then bytes as they are.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import type { ScrubMode } from "../../../src/proxy/scrub/armed.ts";
import { closeAll, HOST, open, openSession } from "../../support/http2-rig.ts";
import {
  bearerProvider,
  exchangeRaw,
  makeConnection,
  openTls,
  type Rig,
  type RigConnection,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";
import { Arrivals, withLimit } from "../../support/wait.ts";

afterEach(closeAll);

interface SocketRig {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly connection: RigConnection;
  readonly server: Server;
  /** The TCP connections below its TLS. */
  readonly wires: Socket[];
  /** Each accepted socket with the Authorization it came with. */
  readonly accepted: Arrivals<{ socket: WebSocket; authorization: string | undefined }>;
}

async function socketRig(scrub: ScrubMode | null = null): Promise<SocketRig> {
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([HOST]);
  const server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (_request, response) =>
    response.writeHead(200).end("plain"),
  );
  const accepted = new Arrivals<{ socket: WebSocket; authorization: string | undefined }>();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true, maxPayload: 64 * 1024 * 1024 });
  server.on("upgrade", (request, socket, head) => {
    if (request.url === "/no") return void socket.end("HTTP/1.1 403 No\r\nContent-Length: 2\r\nX-Why: because\r\n\r\nno");
    if (request.url === "/cut") {
      socket.write("HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\npart", () => void socket.destroy());
      return;
    }
    if (request.url === "/fake")
      return void socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
      );
    sockets.handleUpgrade(request, socket, head, (accept) => {
      accept.on("message", (data: RawData, isBinary) => accept.send(data as Buffer, { binary: isBinary }));
      accepted.arrive({ socket: accept, authorization: request.headers.authorization });
    });
  });
  const wires: Socket[] = [];
  server.on("connection", (wire: Socket) => wires.push(wire));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const rig = await startRig({ overrides: { scrubMode: () => scrub } });
  rig.settings.roots = [authority.certificatePem];
  rig.settings.resolve = [`${HOST}:443=127.0.0.1:${(server.address() as AddressInfo).port}`];
  const connection = makeConnection(bearerProvider);
  open.push({ close: () => (server.closeAllConnections(), server.close()) }, rig);
  return { rig, run: rig.addRun([connection]), connection, server, wires, accepted };
}

async function openSocket(at: SocketRig, options: { path?: string; perMessageDeflate?: boolean } = {}): Promise<WebSocket> {
  const tunnel = await openTls(at.rig, at.run, { host: HOST });
  const socket = new WebSocket(`wss://${HOST}${options.path ?? "/"}`, ["chat"], {
    createConnection: (() => tunnel) as never,
    perMessageDeflate: options.perMessageDeflate ?? false,
    headers: { Authorization: `Bearer ${at.connection.binding.placeholders["key"]}` },
  });
  await once(socket, "open");
  return socket;
}

async function echo(socket: WebSocket, data: Buffer | string): Promise<Buffer> {
  socket.send(data);
  const [reply] = (await once(socket, "message")) as [Buffer];
  return reply;
}

describe("a WebSocket on a bound host", () => {
  it.each([
    [false, null],
    [true, null],
    [true, "off"],
  ] as const)(
    "is opened with the real key and carries text, binary and 16 MiB whole (deflate %s, scrub %s)",
    async (perMessageDeflate, scrub) => {
      const at = await socketRig(scrub);
      const socket = await openSocket(at, { perMessageDeflate });
      expect((await at.accepted.next()).authorization).toBe(`Bearer ${at.connection.secrets["key"]}`);
      expect(socket.protocol).toBe("chat");
      expect(socket.extensions.includes("permessage-deflate")).toBe(perMessageDeflate);
      expect((await echo(socket, "hello")).toString()).toBe("hello");
      const large = randomBytes(16 * 1024 * 1024);
      expect((await echo(socket, large)).equals(large)).toBe(true);
      socket.close();
      await once(socket, "close");
      await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, status: 101, credential: "injected" });
      expect(at.rig.audit.at(-1)?.bytesUp).toBeGreaterThan(large.length);
    },
  );

  it("carries compressed messages that refer to those before them, in fragments and with pings between", async () => {
    const at = await socketRig();
    const socket = await openSocket(at, { perMessageDeflate: true });
    const words = Array.from({ length: 4_000 }, (_, word) => `word ${word % 100} of the same text`).join(", ");
    for (const said of [words, `again: ${words}`, words.slice(1)]) expect(String(await echo(socket, said))).toBe(said);
    socket.send(words.slice(0, 50_000), { fin: false });
    socket.ping("between");
    socket.send(words.slice(50_000), { fin: true });
    const [[whole]] = await Promise.all([once(socket, "message"), once(socket, "pong")]);
    expect(String(whole)).toBe(words);
    socket.terminate();
  });

  it("masks the credential in compressed messages, and goes on", async () => {
    const at = await socketRig();
    const socket = await openSocket(at, { perMessageDeflate: true });
    const there = (await at.accepted.next()).socket;
    const heard: string[] = [];
    socket.on("message", (data: RawData) => void heard.push((data as Buffer).toString()));
    const key = at.connection.secrets["key"] ?? "";
    const padding = "a long text, over and over. ".repeat(100);
    const texts = [`${padding}first`, `${padding}${key}${padding}`, `${padding}last`, "short"];
    for (const said of texts) there.send(said);
    await expect.poll(() => heard.length).toBe(texts.length);
    expect(heard).toEqual(texts.map((said) => said.replace(key, "*".repeat(key.length))));
    expect(await echo(socket, `${padding}and up`)).toEqual(Buffer.from(`${padding}and up`));
    socket.close();
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, status: 101, masked: 1, code: null });
  });

  it("carries fragments and pings as they are", async () => {
    const at = await socketRig();
    const socket = await openSocket(at);
    socket.send("a", { fin: false });
    socket.send("b", { fin: false });
    socket.send("c", { fin: true });
    expect(String((await once(socket, "message"))[0])).toBe("abc");
    socket.ping("x");
    expect(String((await once(socket, "pong"))[0])).toBe("x");
    socket.terminate();
  });

  it("carries 16 MiB in fragments with control frames between them", async () => {
    const at = await socketRig();
    const socket = await openSocket(at);
    const large = randomBytes(16 * 1024 * 1024);
    const pieces = 16;
    for (let i = 0; i < pieces; i += 1) {
      socket.send(large.subarray((large.length / pieces) * i, (large.length / pieces) * (i + 1)), { fin: i === pieces - 1 });
      socket.ping(String(i));
    }
    const [echoed] = (await once(socket, "message")) as [Buffer];
    expect(echoed.equals(large)).toBe(true);
    socket.terminate();
  });

  it("tells each side the other's reason to close", async () => {
    const at = await socketRig();
    const first = await openSocket(at);
    const heard = once((await at.accepted.next()).socket, "close");
    first.close(4002, "bye");
    expect((await heard).map(String)).toEqual(["4002", "bye"]);
    const second = await openSocket(at);
    (await at.accepted.next()).socket.close(4001, "enough");
    expect((await once(second, "close")).map(String)).toEqual(["4001", "enough"]);
  });

  it("cut on one side is cut on the other", async () => {
    const at = await socketRig();
    const first = await openSocket(at);
    const there = (await at.accepted.next()).socket;
    first.terminate();
    await once(there, "close");
    const second = await openSocket(at);
    (await at.accepted.next()).socket.terminate();
    const [code] = await once(second, "close");
    expect(code).toBe(1006);
  });

  it("that the upstream declines is answered with the upstream's own words", async () => {
    const at = await socketRig();
    const tunnel = await openTls(at.rig, at.run, { host: HOST });
    const socket = new WebSocket(`wss://${HOST}/no`, { createConnection: (() => tunnel) as never });
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(403);
    expect(response.headers["x-why"]).toBe("because");
    socket.on("error", () => undefined);
    socket.terminate();
  });
});

describe("a switch of protocols that nobody asked for", () => {
  const handshake = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`;

  it("with a wrong accept key is a 502", async () => {
    const at = await socketRig();
    const answer = await exchangeRaw(await openTls(at.rig, at.run, { host: HOST }), handshake("/fake"));
    expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_BROKEN/);
  });

  it("faked on an ordinary request never becomes a tunnel", async () => {
    const at = await socketRig();
    at.server.removeAllListeners("request");
    at.server.on("request", (_request, response) => {
      (response.socket as TLSSocket).end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nstolen");
    });
    const answer = await exchangeRaw(await openTls(at.rig, at.run, { host: HOST }), `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, /\}\}\n/);
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(answer).not.toContain("stolen");
  });

  const KEY = `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n`;
  const UPGRADE = `Host: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
  it.each([
    ["without a key", `GET / HTTP/1.1\r\n${UPGRADE}\r\n`],
    ["with two keys", `GET / HTTP/1.1\r\n${UPGRADE}${KEY}${KEY}\r\n`],
    ["with a key that is none", `GET / HTTP/1.1\r\n${UPGRADE}Sec-WebSocket-Key: abc\r\n\r\n`],
    ["by POST", `POST / HTTP/1.1\r\n${UPGRADE}${KEY}\r\n`],
    ["with a body", `GET / HTTP/1.1\r\n${UPGRADE}${KEY}Content-Length: 5\r\n\r\nhello`],
    ["with a body in chunks", `GET / HTTP/1.1\r\n${UPGRADE}${KEY}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["over HTTP/1.0", `GET / HTTP/1.0\r\n${UPGRADE}${KEY}\r\n`],
  ])("%s is refused, on the record, and nobody is asked", async (_what, bytes) => {
    const at = await socketRig();
    const answer = await exchangeRaw(await openTls(at.rig, at.run, { host: HOST }), bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED/);
    await expect
      .poll(() => at.rig.audit)
      .toMatchObject([{ kind: "denied", code: "REQUEST_MALFORMED", status: 400, host: HOST, path: "/" }]);
  });

  it("other than WebSocket is answered 426", async () => {
    const at = await socketRig();
    const bytes = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`;
    expect(await exchangeRaw(await openTls(at.rig, at.run, { host: HOST }), bytes)).toMatch(/^HTTP\/1\.1 426 /);
  });
});

describe("a WebSocket over HTTP/2 (RFC 8441)", () => {
  async function openStream(
    at: SocketRig,
    headers: Record<string, string> = {},
  ): Promise<{ stream: ClientHttp2Stream; status: number; headers: IncomingHttpHeaders }> {
    const session = await openSession(at);
    await once(session, "remoteSettings");
    expect(session.remoteSettings.enableConnectProtocol).toBe(true);
    const pseudo = { ":method": "CONNECT", ":protocol": "websocket", ":path": "/", ":scheme": "https", ":authority": HOST };
    const stream = session.request({ ...pseudo, "sec-websocket-version": "13", ...headers });
    stream.on("error", () => undefined);
    const [answer] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status": number }];
    return { stream, status: answer[":status"], headers: answer };
  }

  /** Not `once`, which fails with the error that a reset is. */
  const isClosed = (stream: ClientHttp2Stream) =>
    withLimit(new Promise((resolve) => void (stream.closed ? resolve(null) : stream.once("close", resolve))), "the stream to close");

  it("is opened at the upstream with the real key and carries frames both ways", async () => {
    const at = await socketRig();
    const { stream, status, headers } = await openStream(at, { "sec-websocket-protocol": "chat, other" });
    expect(status).toBe(200);
    expect(headers["sec-websocket-protocol"]).toBe("chat");
    expect((await at.accepted.next()).authorization).toBe(`Bearer ${at.connection.secrets["key"]}`);
    // A masked text frame "hi" with a zero mask (RFC 6455 §5.2), echoed unmasked.
    stream.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
    const [frame] = (await once(stream, "data")) as [Buffer];
    expect([...frame]).toEqual([0x81, 0x02, 0x68, 0x69]);
  });

  it("lost at the upstream is reset for the client, and reset by the client is lost at the upstream", async () => {
    const at = await socketRig();
    const first = (await openStream(at)).stream.resume();
    await at.accepted.next();
    at.wires.at(-1)?.resetAndDestroy();
    await isClosed(first);
    expect(first.rstCode).toBe(constants.NGHTTP2_CANCEL);
    const second = (await openStream(at)).stream;
    const lost = once((await at.accepted.next()).socket, "close");
    second.close(constants.NGHTTP2_CANCEL);
    expect((await lost)[0]).toBe(1006);
  });

  it("that the upstream declines is answered with the upstream's own words; broken off, they break", async () => {
    const at = await socketRig();
    const declined = await openStream(at, { ":path": "/no" });
    expect(declined).toMatchObject({ status: 403, headers: { "x-why": "because" } });
    expect(String((await once(declined.stream, "data"))[0])).toBe("no");
    const cut = await openStream(at, { ":path": "/cut" });
    expect(cut.status).toBe(403);
    await isClosed(cut.stream.resume());
    expect(cut.stream.rstCode).not.toBe(constants.NGHTTP2_NO_ERROR);
  });
});
