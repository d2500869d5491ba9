// Cases 28 and 31: an echoed credential over WebSocket and HTTP/2, in a refused handshake; and coded bodies that swell.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { gzipSync } from "node:zlib";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { makeThrowawayAuthority } from "../../../../../scripts/throwaway-authority.mjs";
import type { ScrubMode } from "../../../../../src/proxy/scrub/armed.ts";
import {
  bearerProvider,
  makeConnection,
  openTls,
  proxyAgent,
  type Rig,
  type RigRun,
  send,
  startRig,
} from "../../../../support/proxy-rig.ts";
import { startTlsUpstream } from "../../../../support/tls-upstream.ts";

const HOST = "api.acme.test";
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

interface At {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly key: string;
  /** Extensions that clients offered. */
  readonly offers: (string | undefined)[];
}

/** A WebSocket server that says the key of its handshake in three ways, then ends; `/no` refuses with the key in the answer. */
async function socketRig(mode: ScrubMode | null, compressesFrom = 1_024): Promise<At> {
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([HOST]);
  const server: Server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: compressesFrom } });
  const offers: (string | undefined)[] = [];
  server.on("upgrade", (request, socket, head) => {
    const key = (request.headers.authorization ?? "").slice("Bearer ".length);
    if (request.url === "/no")
      return void socket.end(`HTTP/1.1 403 ${key}\r\nX-Key: ${key}\r\nContent-Length: ${key.length}\r\n\r\n${key}`);
    offers.push(request.headers["sec-websocket-extensions"]);
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.send(`text ${key}`);
      accepted.send(key.slice(0, 5), { fin: false });
      accepted.ping(key);
      accepted.send(key.slice(5), { fin: true });
      accepted.send(Buffer.from(Buffer.from(key).toString("hex")));
      accepted.send(`ends like ${key.slice(0, 3)}`);
      accepted.close(1000, key);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const rig = await startRig({ overrides: { scrubMode: () => mode } });
  rig.settings.roots = [authority.certificatePem];
  rig.settings.resolve = [`${HOST}:443=127.0.0.1:${(server.address() as AddressInfo).port}`];
  const connection = makeConnection(bearerProvider);
  open.push({ close: () => void server.close() }, rig);
  return { rig, run: rig.addRun([connection]), key: connection.secrets["key"] ?? "", offers };
}

async function messages(at: At): Promise<{ texts: string[]; pings: string[]; close: string; code: number }> {
  const stream = await openTls(at.rig, at.run, { host: HOST });
  const socket = new WebSocket(`wss://${HOST}/`, { createConnection: () => stream });
  const heard = { texts: [] as string[], pings: [] as string[], close: "", code: 0 };
  socket.on("message", (data: RawData) => heard.texts.push((data as Buffer).toString()));
  socket.on("ping", (data: Buffer) => heard.pings.push(String(data)));
  socket.on("error", () => undefined);
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  return { ...heard, code, close: String(reason) };
}

describe("an echo over WebSocket", () => {
  it.each([
    ["uncompressed", 1_024],
    ["compressed", 0],
  ])("is masked in text, fragments, pings, binary messages and the reason of the end (%s)", async (_how, compressesFrom) => {
    const at = await socketRig(null, compressesFrom);
    const heard = await messages(at);
    const stars = "*".repeat(at.key.length);
    expect(heard).toEqual({
      texts: [`text ${stars}`, stars, stars + stars, `ends like ${at.key.slice(0, 3)}`],
      pings: [stars],
      code: 1000,
      close: stars,
    });
    expect(at.offers).toEqual([expect.stringContaining("permessage-deflate")]);
    await expect.poll(() => at.rig.audit.some(({ isRelease }) => !isRelease)).toBe(true);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 101, masked: 5, code: null });
  });

  it("ends the connection in block mode", async () => {
    const at = await socketRig("block");
    const heard = await messages(at);
    expect(heard).toMatchObject({ texts: [], pings: [], code: 1006 });
    await expect.poll(() => at.rig.audit.some(({ isRelease }) => !isRelease)).toBe(true);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 101, code: "CREDENTIAL_ECHOED" });
  });

  it("is masked in the answer of an upstream that refuses the handshake", async () => {
    const at = await socketRig(null);
    const stream = await openTls(at.rig, at.run, { host: HOST });
    const socket = new WebSocket(`wss://${HOST}/no`, { createConnection: () => stream });
    socket.on("error", () => undefined);
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    let body = "";
    for await (const chunk of response) body += String(chunk);
    const stars = "*".repeat(at.key.length);
    expect([response.statusCode, response.statusMessage, response.headers["x-key"], body]).toEqual([403, stars, stars, stars]);
  });
});

describe("an echo over HTTP/2", () => {
  it.each(["identity", "gzip"])("is masked in fields and an %s body", async (coding) => {
    const upstream = await startTlsUpstream({
      hosts: [HOST],
      answer: ({ headers }) => {
        const key = String(headers["authorization"]).slice("Bearer ".length);
        const body = Buffer.from(`{"echo":"${key}"}`);
        return {
          headers: { "X-Key": key, ...(coding === "gzip" ? { "Content-Encoding": "gzip" } : {}) },
          body: coding === "gzip" ? gzipSync(body) : body,
        };
      },
    });
    const rig = await startRig({ upstreams: [upstream] });
    const connection = makeConnection(bearerProvider);
    const run = rig.addRun([connection]);
    open.push(upstream, rig);
    const secured = await openTls(rig, run, { host: HOST, protocols: ["h2"] });
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured });
    const stream = session.request({ ":path": "/", "accept-encoding": "gzip, zstd" });
    const [headers] = (await once(stream, "response")) as [Record<string, string>];
    let body = "";
    for await (const chunk of stream) body += String(chunk);
    session.destroy();
    const key = connection.secrets["key"] ?? "";
    expect(headers["x-key"]).toBe("*".repeat(key.length));
    expect(headers["content-encoding"]).toBe(undefined);
    expect(body).toBe(`{"echo":"${"*".repeat(key.length)}"}`);
  });
});

describe("case 31: a body that swells", () => {
  it("is cut off before it costs memory", async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    const upstream = await startTlsUpstream({ hosts: [HOST], answer: { headers: { "Content-Encoding": "gzip, gzip" }, body: bomb } });
    const rig = await startRig({ upstreams: [upstream] });
    const run = rig.addRun([makeConnection(bearerProvider)]);
    open.push(upstream, rig);
    const agent = proxyAgent(rig, run);
    const before = process.memoryUsage().rss;
    const reply = await send(agent, { host: HOST });
    agent.destroy();
    expect(reply.status).toBe(502);
    expect(reply.body).toContain("ANSWER_UNREADABLE");
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });
});
