// Whatever goes wrong in TLS with a client goes wrong for that client: its connection ends, nobody else notices, and nothing is thrown where
// only the process would catch it (node's CVE-2026-21637 was an exception in such a callback).
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forLane, LANES, readAnswer, sendRaw } from "../../support/lanes.ts";
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
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";
import { withLimit } from "../../support/wait.ts";

const HOST = "api.acme.test";
let upstream: TlsUpstream;
let rig: Rig;
let run: RigRun;
let failsToMint = false;
const thrown: unknown[] = [];
const onThrown = (error: unknown): void => void thrown.push(error);

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST] });
  rig = await startRig({ upstreams: [upstream] });
  run = rig.addRun([makeConnection(bearerProvider)]);
});
beforeEach(() => {
  thrown.length = 0;
  process.prependListener("uncaughtException", onThrown).prependListener("unhandledRejection", onThrown);
});
afterEach(async () => {
  const heard = await sendRaw({ rig, run, host: HOST }, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  expect(readAnswer(heard)).toMatchObject({ status: 200, body: "ok" });
  process.off("uncaughtException", onThrown).off("unhandledRejection", onThrown);
  expect(thrown).toEqual([]);
  expect(rig.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

async function tunnel(): Promise<Socket> {
  const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
  return socket.on("error", () => undefined);
}

/** In less than the ten seconds after which a handshake is given up: what is wrong is seen, not waited out. */
const closed = (socket: Socket): Promise<unknown> =>
  withLimit(new Promise((resolve) => socket.once("close", resolve)), "the connection to end", 9_500);
/** The run's lines since there were `before` of them; the last of an earlier request may come among them. */
const deniedSince = (before: number) => rig.audit.slice(before).filter(({ kind }) => kind === "denied");

describe("a client whose handshake", () => {
  it.each<[string, Buffer]>([
    ["is noise", randomBytes(4_000)],
    ["is HTTP in clear", Buffer.from(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)],
    ["is a record of a wrong length", Buffer.from([0x16, 3, 1, 0xff, 0xff, ...randomBytes(70_000)])],
    ["is a hello of nothing", Buffer.from([0x16, 3, 1, 0, 4, 1, 0, 0, 0])],
    ["is an alert", Buffer.from([0x15, 3, 1, 0, 2, 2, 40])],
  ])("%s loses its connection", async (_what, bytes) => {
    const socket = await tunnel();
    const end = closed(socket.resume());
    socket.write(bytes);
    await end;
  });

  it.each<[string, ConnectionOptions]>([
    ["names another host", { servername: "evil.test" }],
    ["names the host with a look-alike", { servername: "api.acme.test.evil.test" }],
    ["names no host", { servername: "" }],
    ["offers protocols that nobody speaks", { servername: HOST, ALPNProtocols: ["smtp", "h3"] }],
    ["offers old TLS alone", { servername: HOST, maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" }],
  ])("%s gets no connection", async (_what, options) => {
    const socket = await tunnel();
    const secured = connectTls({ socket, rejectUnauthorized: false, ...options });
    secured.on("error", () => undefined).resume();
    await closed(secured);
  });

  it("names another host leaves a line on the record", async () => {
    const before = rig.audit.length;
    const secured = connectTls({ socket: await tunnel(), rejectUnauthorized: false, servername: "evil.test" });
    await closed(secured.on("error", () => undefined));
    await expect.poll(() => deniedSince(before)).toMatchObject([{ code: "HOST_MISMATCH", runId: run.run.id, host: HOST }]);
  });

  it.each<[string, (socket: Socket) => Promise<void>]>([
    [
      "does not trust the certificate",
      async (socket) => {
        const secured = connectTls({ socket, servername: HOST });
        await closed(secured.on("error", () => undefined));
      },
    ],
    [
      "hangs up when it is over",
      async (socket) => {
        const secured = connectTls({ socket, servername: HOST, ca: rig.caPem });
        await once(secured, "secureConnect");
        secured.destroy();
      },
    ],
    ["hangs up within it", async (socket) => void socket.end(Buffer.from([0x16, 3, 1, 2, 0, 1]))],
  ])("%s leaves a line on the record", async (_what, hangUp) => {
    const before = rig.audit.length;
    await hangUp(await tunnel());
    const line = { code: "CLIENT_TLS", runId: run.run.id, host: HOST, port: 443, status: null };
    await expect.poll(() => deniedSince(before)).toMatchObject([line]);
  });

  it("ends in a request has that on the record alone", async () => {
    const before = rig.audit.length;
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const secured = connectTls({ socket, servername: HOST, ca: rig.caPem });
    await once(secured, "secureConnect");
    secured.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    await closed(secured.resume());
    await expect.poll(() => rig.audit.length).toBeGreaterThan(before);
    expect(rig.audit.slice(before).filter(({ code }) => code === "CLIENT_TLS")).toEqual([]);
  });

  it("is cut off loses nothing but itself", async () => {
    for (let i = 0; i < 20; i += 1) {
      const socket = await tunnel();
      connectTls({ socket, servername: HOST, ca: rig.caPem }).on("error", () => undefined);
      if (i % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
  });
});

describe("a client that breaks TLS later", () => {
  it.each<[string, string]>([
    ["while it waits", ""],
    ["within a head", "GET / HTTP/1.1\r\nX: "],
    ["within a body in the strict lane", `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100\r\n\r\nabc`],
    ["within a body in the general lane", forLane("general", `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100\r\n\r\nabc`)],
  ])("%s loses its connection", async (_when, start) => {
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const secured = connectTls({ socket, servername: HOST, ca: rig.caPem });
    secured.on("error", () => undefined);
    await once(secured, "secureConnect");
    if (start !== "") await new Promise((resolve) => secured.write(start, resolve));
    const end = closed(socket.resume());
    // Straight to the wire, past the encryption.
    socket.write(Buffer.from([0x17, 3, 3, 0, 32, ...randomBytes(32)]));
    await end;
  });

  it("over HTTP/2 loses its connection", async () => {
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const secured = connectTls({ socket, servername: HOST, ca: rig.caPem, ALPNProtocols: ["h2"] });
    secured.on("error", () => undefined);
    await once(secured, "secureConnect");
    const settings = once(secured, "data");
    secured.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    await settings;
    const end = closed(secured.resume());
    socket.write(Buffer.from([0x17, 3, 3, 0, 32, ...randomBytes(32)]));
    await end;
  });

  it("by a new handshake within the old one loses its connection", async () => {
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const secured = connectTls({ socket, servername: HOST, ca: rig.caPem, maxVersion: "TLSv1.2" });
    secured.on("error", () => undefined);
    await once(secured, "secureConnect");
    const end = closed(secured.resume());
    secured.renegotiate({ rejectUnauthorized: true }, () => undefined);
    await end;
  });

  it.each(LANES)("by hanging up within its head is told so, on the record (%s lane)", async (lane) => {
    const before = rig.audit.length;
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const secured = connectTls({ socket, servername: HOST, ca: rig.caPem });
    await once(secured, "secureConnect");
    // A first line that the strict lane does not know makes the general one read it.
    secured.end(lane === "strict" ? "GET / HTTP/1.1\r\nHo" : "get / HTTP/1.1\r\nHo");
    let heard = "";
    for await (const chunk of secured) heard += String(chunk);
    expect(heard).toMatch(/^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED/);
    await expect.poll(() => deniedSince(before)).toMatchObject([{ code: "REQUEST_MALFORMED", status: 400, runId: run.run.id }]);
  });
});

describe("a host for which no certificate can be made", () => {
  it("is an error of ours, told before any tunnel is", async () => {
    const own = await startRig({
      upstreams: [upstream],
      overrides: {
        secureContextFor: () => {
          failsToMint = true;
          throw new Error("no key");
        },
      },
    });
    const { head } = await openConnect(own, `${HOST}:443`, proxyAuthorization(own.addRun([makeConnection(bearerProvider)])));
    expect(head).toMatch(/^HTTP\/1\.1 500 [^]*INTERNAL/);
    expect(head).not.toContain("no key");
    expect(failsToMint).toBe(true);
    await own.close();
  });
});

describe("a hundred clients at once", () => {
  it("may all hang up in the middle of everything", async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => openTls(rig, run, { host: HOST })));
    for (const socket of sockets) {
      socket.on("error", () => undefined);
      socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
      setImmediate(() => socket.destroy());
    }
  });
});
