// Streams that last: server-sent events, compressed and not, through both lanes and HTTP/2, to upstreams of either protocol. Each event arrives
// as soon as it is sent, an end without warning on either side is one on the other, and a quiet stream is left alone for as long as it likes.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Readable, Writable } from "node:stream";
import { connect as connectTls } from "node:tls";
import { constants, createGunzip, createGzip } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import { forLane, type Lane } from "../../support/lanes.ts";
import {
  bearerProvider,
  makeConnection,
  openConnect,
  openTls,
  proxyAuthorization,
  type Rig,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";
import { Arrivals, withLimit } from "../../support/wait.ts";

const HOST = "api.acme.test";
const OLD_HOST = "old.acme.test";
const EVENTS = 15;
/** Far above what an event takes (1 ms, `npm run bench -- --peers`), far below one that waits for a buffer, a timer or the next. */
const MAX_DELAY_MS = 1_000;

interface UpstreamStream {
  readonly response: Writable;
  readonly begin: (headers?: Record<string, string>) => void;
  /** Resolves when the proxy has let go of it. */
  readonly closed: Promise<void>;
  /** The connection is lost. */
  readonly breakOff: () => void;
}

const arrivals = new Arrivals<UpstreamStream>();

function arrive(response: Writable, rest: Pick<UpstreamStream, "begin" | "breakOff">): void {
  response.on("error", () => undefined);
  arrivals.arrive({ response, closed: new Promise<void>((resolve) => response.once("close", resolve)), ...rest });
}

function onHttp1(_request: IncomingMessage, response: ServerResponse): void {
  const begin = (headers?: Record<string, string>): void => {
    response.writeHead(200, headers);
    response.flushHeaders();
  };
  arrive(response, { begin, breakOff: () => void response.socket?.destroy() });
}

function onHttp2(_request: Http2ServerRequest, { stream }: Http2ServerResponse): void {
  arrive(stream, { begin: (headers) => stream.respond({ ":status": 200, ...headers }), breakOff: () => stream.session?.destroy() });
}

const authority = makeThrowawayAuthority();
const leaf = authority.issue([HOST, OLD_HOST]);
const certificate = { cert: leaf.certificatePem, key: leaf.privateKeyPem };
const modern = createSecureServer(certificate, onHttp2);
const old = createHttpsServer(certificate, onHttp1);
const open: { destroy(): unknown }[] = [];

let rig: Rig;
let run: RigRun;

beforeAll(async () => {
  rig = await startRig();
  rig.settings.roots = [authority.certificatePem];
  const entries: string[] = [];
  for (const [server, host] of [
    [modern, HOST],
    [old, OLD_HOST],
  ] as const) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    entries.push(`${host}:443=127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  rig.settings.resolve = entries;
  const second = { ...bearerProvider, id: "old", endpoints: [{ ...bearerProvider.endpoints[0]!, host: OLD_HOST }] };
  run = rig.addRun([makeConnection(bearerProvider), makeConnection(second)]);
});
afterEach(() => {
  vi.useRealTimers();
  for (const thing of open.splice(0)) thing.destroy();
});
afterAll(async () => {
  await rig.close();
  modern.close();
  old.close();
});

interface ClientStream {
  /** The body as it comes, chunk framing and all. */
  readonly body: Readable;
  readonly head: Promise<string>;
  /** It wants no more. */
  abort(): void;
  /** Its connection is lost. */
  hangUp(): void;
}

async function askHttp1(lane: Lane): Promise<ClientStream> {
  const socket = await openTls(rig, run, { host: OLD_HOST });
  open.push(socket);
  socket.on("error", () => undefined);
  let answer = "";
  const head = new Promise<string>((resolve) => {
    const listen = (chunk: Buffer): void => {
      answer += chunk.toString("latin1");
      if (!answer.includes("\r\n\r\n")) return;
      socket.off("data", listen).pause();
      const rest = answer.slice(answer.indexOf("\r\n\r\n") + 4);
      if (rest !== "") socket.unshift(Buffer.from(rest, "latin1"));
      resolve(answer);
    };
    socket.on("data", listen);
  });
  socket.write(forLane(lane, `GET / HTTP/1.1\r\nHost: ${OLD_HOST}\r\n\r\n`));
  return { body: socket, head, abort: () => void socket.destroy(), hangUp: () => void socket.end() };
}

async function askHttp2(host: string): Promise<ClientStream> {
  const { socket } = await openConnect(rig, `${host}:443`, proxyAuthorization(run));
  const secured = connectTls({ socket, servername: host, ca: rig.caPem, ALPNProtocols: ["h2"] });
  await once(secured, "secureConnect");
  const session = connectHttp2(`https://${host}`, { createConnection: () => secured });
  session.on("error", () => undefined);
  open.push(session);
  const stream: ClientHttp2Stream = session.request({ ":path": "/" });
  stream.on("error", () => undefined);
  return {
    body: stream,
    head: once(stream, "response").then(([headers]) => JSON.stringify(headers)),
    abort: () => stream.close(8),
    hangUp: () => void secured.end(),
  };
}

const WAYS: readonly (readonly [string, () => Promise<ClientStream>])[] = [
  ["the strict lane", () => askHttp1("strict")],
  ["the general lane", () => askHttp1("general")],
  ["HTTP/2 to an HTTP/2 upstream", () => askHttp2(HOST)],
  ["HTTP/2 to an HTTP/1.1 upstream", () => askHttp2(OLD_HOST)],
];

/** When `text` has come in `body`. */
function heard(body: Readable, text: string): Promise<number> {
  return new Promise((resolve) => {
    let all = "";
    const listen = (chunk: Buffer): void => {
      all += chunk.toString("latin1");
      if (!all.includes(text)) return;
      body.off("data", listen);
      resolve(performance.now());
    };
    body.on("data", listen).resume();
  });
}

/** The first event, with the head before it. */
async function heardFirst(client: ClientStream, text: string): Promise<void> {
  await withLimit(client.head, "the head");
  await withLimit(heard(client.body, text), "the first event");
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe.each(WAYS)("an event stream over %s", (way, ask) => {
  it("sends its head at once and every event as soon as it comes", async () => {
    const client = await ask();
    const { response, begin } = await arrivals.next();
    begin({ "content-type": "text/event-stream" });
    expect(await withLimit(client.head, "the head before any event")).toMatch(/text\/event-stream/);
    const delays: number[] = [];
    for (let i = 0; i < EVENTS; i += 1) {
      const arrived = heard(client.body, `data: ${i};`);
      const sentMs = performance.now();
      response.write(`data: ${i};\n\n`);
      delays.push((await withLimit(arrived, `event ${i}`)) - sentMs);
    }
    expect(median(delays)).toBeLessThanOrEqual(MAX_DELAY_MS);
    client.abort();
  });

  it("does so compressed as well, byte for byte", async () => {
    const client = await ask();
    const { response, begin } = await arrivals.next();
    // Of a known length, so that no chunk framing stands between the bytes.
    const isHttp1 = !way.startsWith("HTTP/2");
    begin({ "content-type": "text/event-stream", "content-encoding": "gzip", ...(isHttp1 ? { "content-length": "1000000" } : {}) });
    const gzip = createGzip();
    gzip.pipe(response);
    expect(await withLimit(client.head, "the head")).toMatch(/gzip/);
    const plain = client.body.pipe(createGunzip());
    plain.on("error", () => undefined);
    const delays: number[] = [];
    for (let i = 0; i < EVENTS; i += 1) {
      const arrived = heard(plain, `data: ${i};`);
      const sentMs = performance.now();
      gzip.write(`data: ${i};\n\n`);
      gzip.flush(constants.Z_SYNC_FLUSH);
      delays.push((await withLimit(arrived, `event ${i}`)) - sentMs);
    }
    expect(median(delays)).toBeLessThanOrEqual(MAX_DELAY_MS);
    client.abort();
  });

  it.each([
    ["leaves before its head", "abort"],
    ["leaves in its midst", "abort"],
    ["hangs up in its midst", "hangUp"],
  ] as const)("ends for the upstream when the client %s", async (when, leave) => {
    const client = await ask();
    const { response, begin, closed } = await arrivals.next();
    if (when.endsWith("midst")) {
      begin();
      response.write("first");
      await heardFirst(client, "first");
    }
    client[leave]();
    await withLimit(closed, "the upstream's stream to end");
    await expect.poll(() => rig.audit.at(-1)).toMatchObject({ isRelease: false, code: "UPSTREAM_BROKEN" });
  });

  it("breaks for the client when the upstream breaks it off, and never ends cleanly", async () => {
    const client = await ask();
    const { response, begin, breakOff } = await arrivals.next();
    begin();
    response.write("first");
    await heardFirst(client, "first");
    let hasEnded = false;
    let tail = "";
    client.body.on("data", (chunk: Buffer) => (tail += chunk.toString("latin1")));
    client.body.on("end", () => (hasEnded = true));
    const closed = new Promise<void>((resolve) => client.body.once("close", resolve));
    breakOff();
    await withLimit(closed, "the client's stream to end");
    if (way.startsWith("HTTP/2")) expect(hasEnded && (client.body as ClientHttp2Stream).rstCode === 0).toBe(false);
    // The last chunk of HTTP/1.1 would say: this was all.
    expect(tail).not.toMatch(/(?:^|\n)0\r\n/);
  });

  it("may say nothing for hours, before its head and after", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const client = await ask();
    const { response, begin } = await arrivals.next(Number.MAX_SAFE_INTEGER);
    await vi.advanceTimersByTimeAsync(3_600_000);
    begin();
    response.write("first");
    await client.head;
    await heard(client.body, "first");
    await vi.advanceTimersByTimeAsync(3_600_000);
    const arrived = heard(client.body, "second");
    response.write("second");
    await arrived;
    client.abort();
  });
});
