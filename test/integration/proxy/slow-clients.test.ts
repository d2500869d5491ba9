// Clients that take their time on purpose (slowloris and its kin): 400 connections in every phase a connection can be in, each saying next to
// nothing. A good client is answered at once meanwhile; heads and handshakes that never end are cut; a run that opens connections without
// end is told so, and takes nothing from another run.
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { expectNotKeptWaiting, threeWaits } from "../../support/good-client.ts";
import { forLane, type Lane, LANES } from "../../support/lanes.ts";
import {
  bearerProvider,
  exchangeRaw,
  makeConnection,
  openConnect,
  openTls,
  proxyAuthorization,
  type Rig,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";
import { withLimit } from "../../support/wait.ts";

const HOST = "api.acme.test";
const SLOW = 400;
/** Head and handshake timers are 10 s, and node looks every 2 s; what node does by itself would take a minute. */
const CUT_WITHIN_MS = 30_000;

let upstream: TlsUpstream;
let rig: Rig;
let slow: RigRun;
let good: RigRun;
const held: Socket[] = [];

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST] });
  rig = await startRig({ upstreams: [upstream] });
  slow = rig.addRun([makeConnection(bearerProvider)]);
  good = rig.addRun([makeConnection(bearerProvider)]);
});
afterEach(() => {
  vi.useRealTimers();
  for (const socket of held.splice(0)) socket.destroy();
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

/** In groups, so that the machine does what is measured and not handshakes alone. */
async function openMany(open: () => Promise<Socket>): Promise<Socket[]> {
  for (let i = 0; i < SLOW; i += 50) held.push(...(await Promise.all(Array.from({ length: 50 }, open))));
  for (const socket of held) socket.on("error", () => undefined);
  return held;
}

const client = () => ({ rig, run: good, upstream, host: HOST });

const plain = async (): Promise<Socket> => {
  const socket = connectTcp(rig.proxy.port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
};
const inTls = async (start: string): Promise<TLSSocket> => {
  const socket = await openTls(rig, slow, { host: HOST });
  socket.write(start);
  return socket;
};
const post = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1000\r\n\r\n`;

const PHASES: readonly (readonly [string, () => Promise<Socket>])[] = [
  ["that say nothing", plain],
  [
    "in the head of CONNECT",
    async () => {
      const socket = await plain();
      socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost:`);
      return socket;
    },
  ],
  [
    "in the TLS handshake",
    async () => {
      const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(slow));
      socket.write(Buffer.from([0x16, 3, 1, 2, 0]));
      return socket;
    },
  ],
  ["in the head of a request", () => inTls("GET / HTTP/1.1\r\nHost:")],
  ["in a body, in the strict lane", () => inTls(`${post}abc`)],
  ["in a body, in the general lane", () => inTls(`${forLane("general", post)}abc`)],
];

describe(`${SLOW} slow connections`, () => {
  it.each(PHASES)("%s keep no good client waiting", async (_what, open) => {
    const usual = await threeWaits(client());
    await openMany(open);
    expectNotKeptWaiting(await threeWaits(client()), usual);
  });
});

describe("a connection that does not get on with it", () => {
  const cutIn = async (open: () => Promise<Socket>): Promise<number> => {
    const socket = await open();
    const startedAtMs = performance.now();
    socket.on("error", () => undefined).resume();
    await withLimit(once(socket, "close"), "the connection to be cut");
    return performance.now() - startedAtMs;
  };
  const toldIn = async (lane: Lane, run: RigRun): Promise<number> => {
    const socket = await openTls(rig, run, { host: HOST });
    // The general lane has the connection from its first request on.
    if (lane === "general") await exchangeRaw(socket, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nTE: trailers\r\n\r\n`, /ok/);
    const startedAtMs = performance.now();
    expect(await exchangeRaw(socket, "GET / HTTP/1.1\r\nX-Slow: ")).toMatch(/^HTTP\/1\.1 408 [^]*REQUEST_TIMEOUT/);
    return performance.now() - startedAtMs;
  };

  it("is cut before a request, and told so within one, in either lane", async () => {
    // A run of its own: opening 400 connections above may have taken so long that some of them were told the same.
    const told = rig.addRun([makeConnection(bearerProvider)]);
    const cut = PHASES.slice(0, 3).map(([, open]) => cutIn(open));
    const times = await Promise.all([...cut, ...LANES.map((lane) => toldIn(lane, told))]);
    for (const ms of times) expect(ms).toBeLessThan(CUT_WITHIN_MS);
    const timeouts = rig.audit.filter(({ code, runId }) => code === "REQUEST_TIMEOUT" && runId === told.run.id);
    expect(timeouts).toMatchObject(LANES.map(() => ({ kind: "denied", status: 408 })));
  });
});

describe("a run with more connections than it may have", () => {
  it("is refused by code while others are served, and served again when it has closed some", async () => {
    const usual = await threeWaits(client());
    let refusal = "";
    // However long it takes to open them: none is cut meanwhile for a handshake that does not come.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    for (let i = 0; i < 2_100 && refusal === ""; i += 1) {
      const { head, socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(slow));
      held.push(socket);
      if (!head.startsWith("HTTP/1.1 200")) refusal = head;
    }
    vi.useRealTimers();
    expect(refusal).toMatch(/^HTTP\/1\.1 503 [^]*Connection: close\r\n[^]*RUN_CROWDED/);
    await expect.poll(() => rig.audit.at(-1)).toMatchObject({ kind: "denied", code: "RUN_CROWDED", status: 503, runId: slow.run.id });
    expectNotKeptWaiting(await threeWaits(client()), usual);
    const leaving = held.splice(0, 10);
    await Promise.all(leaving.map((socket) => once(socket.destroy(), "close")));
    const again = async (): Promise<string> => {
      const { head, socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(slow));
      held.push(socket);
      return head;
    };
    await expect.poll(again).toMatch(/^HTTP\/1\.1 200 /);
  });
});
