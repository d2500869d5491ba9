// slowhttptest, which others judge servers by, against the proxy: 400 connections that send a head slowly (-H), a body slowly (-B), or read
// slowly (-X), each in a tunnel of a run. Another run's client is answered at once meanwhile, again and again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients } from "../../support/clients.ts";
import { readAnswer, sendRaw } from "../../support/lanes.ts";
import {
  bearerProvider,
  makeConnection,
  makeProvider,
  openConnect,
  proxyAuthorization,
  type Rig,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";
import { withLimit } from "../../support/wait.ts";

const HOST = "api.acme.test";
/** An address, for the tool's TLS names no host. */
const SLOW_HOST = "127.0.0.1";
const CONNECTIONS = 400;
const SECONDS = 8;
/** What the good client may wait on a machine that has nothing else to do, where it waits 10 to 50 ms without the slow ones. */
const MAX_WAIT_MS = 1_000;
/** Where other programs have the cores it waits longer without them too; then, this many times as long with them. */
const MAX_TIMES_LONGER = 10;

let upstream: TlsUpstream;
let rig: Rig;
let good: RigRun;
let tunnel: Server;
const open = new Set<Socket>();
let accepted = 0;

/** Each connection to the port becomes a CONNECT of the slow run, to the port's own number: the tool writes that into Host. */
async function openTunnel(): Promise<number> {
  tunnel = createServer({ noDelay: true }).listen(0, "127.0.0.1");
  await once(tunnel, "listening");
  const { port } = tunnel.address() as AddressInfo;
  const provider = makeProvider({
    id: "slow",
    endpoints: [{ host: SLOW_HOST, port }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
  });
  const slow = rig.addRun([makeConnection(provider)]);
  rig.settings.resolve = [
    ...rig.settings.resolve,
    ...upstream.resolveEntries([SLOW_HOST]).map((entry) => entry.replace(":443=", `:${port}=`)),
  ];
  tunnel.on("connection", (client: Socket) => {
    accepted += 1;
    open.add(client.on("error", () => undefined).on("close", () => open.delete(client)));
    openConnect(rig, `${SLOW_HOST}:${port}`, proxyAuthorization(slow)).then(
      ({ socket }) => {
        socket.on("error", () => client.destroy());
        client.on("error", () => socket.destroy());
        client.pipe(socket).pipe(client);
      },
      () => client.destroy(),
    );
  });
  return port;
}

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST, SLOW_HOST] });
  upstream.answerWith({ body: "x".repeat(200_000) });
  rig = await startRig({ upstreams: [upstream] });
  good = rig.addRun([makeConnection(bearerProvider)]);
});
afterAll(async () => {
  tunnel?.close();
  for (const socket of open) socket.destroy();
  await rig.close();
  await upstream.close();
});

async function goodAnswerMs(): Promise<number> {
  const startedAtMs = performance.now();
  const heard = await sendRaw({ rig, run: good, host: HOST }, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  expect(readAnswer(heard)).toMatchObject({ status: 200 });
  return performance.now() - startedAtMs;
}

/** The share of all waits that were no longer: 0.5 is the median. */
function waitAt(share: number, waits: readonly number[]): number {
  return waits.toSorted((a, b) => a - b)[Math.ceil(share * waits.length) - 1] ?? Number.NaN;
}

/** What the good client waits without the slow ones, on this machine and now. */
async function usualWaitMs(): Promise<number> {
  const waits: number[] = [];
  for (let i = 0; i < 5; i += 1) waits.push(await goodAnswerMs());
  return waitAt(0.5, waits);
}

describeWithClients(["slowhttptest"], `slowhttptest with ${CONNECTIONS} connections`, () => {
  it.each([
    ["sends heads slowly", ["-H", "-i", "2"]],
    ["sends bodies slowly", ["-B", "-i", "2", "-s", "8192"]],
    ["reads answers slowly", ["-X", "-n", "2", "-w", "64", "-y", "128", "-z", "32", "-k", "3"]],
  ])("that %s keeps no good client waiting", async (_what, mode) => {
    tunnel?.close();
    const port = await openTunnel();
    const usualMs = await usualWaitMs();
    const before = rig.audit.length;
    const acceptedBefore = accepted;
    const args = [...mode, "-c", String(CONNECTIONS), "-r", "80", "-l", String(SECONDS), "-p", "3", "-u", `https://${SLOW_HOST}:${port}/`];
    const tool = spawn("slowhttptest", args, { stdio: ["ignore", "ignore", "ignore"] });
    const state = { isOver: false };
    const ended = once(tool, "exit").then(() => (state.isOver = true));
    const waits: number[] = [];
    while (!state.isOver) {
      waits.push(await goodAnswerMs());
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 250))]);
    }
    await withLimit(ended, "the tool to end");
    expect(accepted - acceptedBefore).toBeGreaterThan(CONNECTIONS / 10);
    expect(waits.length).toBeGreaterThan(2);
    expect(waitAt(0.9, waits)).toBeLessThan(Math.max(MAX_WAIT_MS, MAX_TIMES_LONGER * usualMs));
    // What the tool sent was carried, not refused at the door.
    if (mode[0] === "-X") expect(rig.audit.slice(before).some(({ port: to, status }) => to === port && status === 200)).toBe(true);
    expect(rig.logs.filter((line) => line.includes('"error"'))).toEqual([]);
    for (const socket of open) socket.destroy();
  });
});
