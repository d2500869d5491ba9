// slowhttptest, which others judge servers by, against the proxy: 400 connections that send a head slowly (-H), a body slowly (-B), or read
// slowly (-X), each in a tunnel of a run. Another run's client is answered at once meanwhile, again and again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients } from "../../support/clients.ts";
import { expectNotKeptWaiting, threeWaits, waitsUntil } from "../../support/good-client.ts";
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

const HOST = "api.acme.test";
/** An address, for the tool's TLS names no host. */
const SLOW_HOST = "127.0.0.1";
const CONNECTIONS = 400;
const SECONDS = 8;

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

describeWithClients(["slowhttptest"], `slowhttptest with ${CONNECTIONS} connections`, () => {
  it.each([
    ["sends heads slowly", ["-H", "-i", "2"]],
    ["sends bodies slowly", ["-B", "-i", "2", "-s", "8192"]],
    ["reads answers slowly", ["-X", "-n", "2", "-w", "64", "-y", "128", "-z", "32", "-k", "3"]],
  ])("that %s keeps no good client waiting", async (_what, mode) => {
    tunnel?.close();
    const port = await openTunnel();
    const client = { rig, run: good, upstream, host: HOST };
    const usual = await threeWaits(client);
    const before = rig.audit.length;
    const acceptedBefore = accepted;
    const args = [...mode, "-c", String(CONNECTIONS), "-r", "80", "-l", String(SECONDS), "-p", "3", "-u", `https://${SLOW_HOST}:${port}/`];
    const tool = spawn("slowhttptest", args, { stdio: ["ignore", "ignore", "ignore"] });
    const ended = once(tool, "exit").then(() => true);
    const waits = await waitsUntil(client, () => Promise.race([ended, delay(250, false)]));
    expect(accepted - acceptedBefore).toBeGreaterThan(CONNECTIONS / 10);
    expect(waits.proxied.length).toBeGreaterThan(1);
    expectNotKeptWaiting(waits, usual);
    // What the tool sent was carried, not refused at the door.
    if (mode[0] === "-X") expect(rig.audit.slice(before).some(({ port: to, status }) => to === port && status === 200)).toBe(true);
    expect(rig.logs.filter((line) => line.includes('"error"'))).toEqual([]);
    for (const socket of open) socket.destroy();
  });
});
