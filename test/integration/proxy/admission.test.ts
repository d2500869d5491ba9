// Who gets in, and where a tunnel may go: 407 without a token, blind tunnels byte-exact, refused targets, SNI and Host.
import { once } from "node:events";
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { randomBytes } from "node:crypto";
import {
  bearerProvider,
  exchangeRaw,
  makeConnection,
  openConnect,
  openTls,
  proxyAuthorization,
  startRig,
  type Rig,
} from "../../support/proxy-rig.ts";
import { startTlsUpstream } from "../../support/tls-upstream.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function plainRig(): Promise<Rig> {
  const rig = await startRig();
  open.push(rig);
  return rig;
}

async function tcpServer(onSocket: (socket: Socket) => void, address = "127.0.0.1"): Promise<{ port: number; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, onSocket);
  server.listen(0, address);
  await once(server, "listening");
  open.push({ close: () => server.close() });
  return { port: (server.address() as AddressInfo).port, server };
}

/** The id a refusal carries, for `keyward audit show`. */
function requestIdOf(answer: string): string {
  return /"request_id":"(req_\w+)"/.exec(answer)?.[1] ?? "none";
}

/** Sends bytes to the proxy's own port and reads what it answers until it closes. */
async function askProxy(rig: Rig, bytes: string): Promise<string> {
  const socket = connectTcp(rig.proxy.port, "127.0.0.1");
  socket.write(bytes, "latin1");
  let heard = "";
  for await (const chunk of socket) heard += (chunk as Buffer).toString("latin1");
  return heard;
}

describe("admission", () => {
  it.each([
    ["CONNECT without a token", "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n", 407],
    ["a whole URL without a token", "GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n", 407],
    ["what is no HTTP", "\u0016\u0003\u0001\r\n\r\n", 400],
  ])("writes the request id of the answer to %s into the audit", async (_what, bytes, status) => {
    const rig = await plainRig();
    const answer = await askProxy(rig, bytes);
    expect(rig.audit).toMatchObject([{ kind: "denied", requestId: requestIdOf(answer), runId: null, status }]);
  });

  it.each([
    ["no credentials", null],
    ["another scheme", "Bearer x"],
    ["a wrong token", `Basic ${Buffer.from("run_x:nothing").toString("base64")}`],
    ["no colon", `Basic ${Buffer.from("nothing").toString("base64")}`],
  ])("answers %s with 407, closes and dials nothing", async (_what, authorization) => {
    const rig = await plainRig();
    const { port, server } = await tcpServer(() => undefined);
    let dialled = 0;
    server.on("connection", () => (dialled += 1));
    const { head, socket } = await openConnect(rig, `tcp.test:${port}`, authorization);
    expect(head).toMatch(/^HTTP\/1\.1 407 /);
    expect(head).toMatch(/\r\nConnection: close\r\n/);
    expect(head).toMatch(/\r\nProxy-Authenticate: Basic realm="keyward"\r\n/);
    if (!socket.closed) await once(socket, "close");
    expect(dialled).toBe(0);
    expect(rig.audit).toMatchObject([{ kind: "denied", code: "PROXY_AUTH_REQUIRED", runId: null }]);
  });

  it("asks for a token on absolute-form requests too", async () => {
    const rig = await plainRig();
    const socket = connectTcp(rig.proxy.port, "127.0.0.1");
    socket.write("GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 407 [^]*\r\nConnection: close\r\n/);
    socket.destroy();
  });

  it("ends the connections of a run that ends", async () => {
    const rig = await plainRig();
    const { port } = await tcpServer((socket) => socket.resume());
    rig.settings.resolve = [`tcp.test:${port}=127.0.0.1:${port}`];
    const run = rig.addRun([]);
    const { socket } = await openConnect(rig, `tcp.test:${port}`, proxyAuthorization(run));
    rig.proxy.endRun(run.run.id);
    await once(socket, "close");
    expect(socket.destroyed).toBe(true);
  });
});

describe("a host that is not bound", () => {
  it("is tunnelled byte for byte, both ways, half-close included", async () => {
    const rig = await plainRig();
    const down = randomBytes(3_000_000);
    const heard: Buffer[] = [];
    const { port } = await tcpServer((socket) => {
      socket.on("data", (chunk: Buffer) => heard.push(chunk));
      socket.on("end", () => socket.end(down));
    });
    rig.settings.resolve = [`tcp.test:${port}=127.0.0.1:${port}`];
    const run = rig.addRun([makeConnection(bearerProvider)]);
    const { socket } = await openConnect(rig, `tcp.test:${port}`, proxyAuthorization(run));
    const up = randomBytes(3_000_000);
    socket.end(up);
    const back: Buffer[] = [];
    for await (const chunk of socket) back.push(chunk as Buffer);
    expect(Buffer.concat(heard).equals(up)).toBe(true);
    expect(Buffer.concat(back).equals(down)).toBe(true);
    await expect.poll(() => rig.audit.length).toBe(1);
    expect(rig.audit[0]).toMatchObject({ kind: "tunnel", host: "tcp.test", bytesUp: up.length, bytesDown: down.length, status: 200 });
  });

  it("is reached at an IPv6 address, named or told", async () => {
    const rig = await plainRig();
    const { port } = await tcpServer((socket) => socket.pipe(socket), "::1");
    rig.settings.resolve = [`tcp.test:${port}=[::1]:${port}`];
    const run = rig.addRun([makeConnection(bearerProvider)]);
    for (const target of [`[::1]:${port}`, `tcp.test:${port}`]) {
      const { head, socket } = await openConnect(rig, target, proxyAuthorization(run));
      expect(head).toMatch(/^HTTP\/1\.1 200 /);
      socket.end("hello");
      let heard = "";
      for await (const chunk of socket) heard += String(chunk);
      expect(heard).toBe("hello");
    }
  });

  it("shows its own certificate, not keyward's", async () => {
    const upstream = await startTlsUpstream({ hosts: ["other.test"] });
    const rig = await startRig({ upstreams: [upstream], hosts: ["other.test"] });
    open.push(upstream, rig);
    const { socket } = await openConnect(rig, "other.test:443", proxyAuthorization(rig.addRun([makeConnection(bearerProvider)])));
    const secured = connectTls({ socket, servername: "other.test", ca: upstream.authority.certificatePem });
    await once(secured, "secureConnect");
    secured.destroy();
  });
});

describe("a target that must not be dialled", () => {
  it.each([
    "127.0.0.1:80",
    "[::1]:80",
    "169.254.169.254:80",
    "10.1.2.3:443",
    "192.168.0.1:22",
    "0.0.0.0:80",
    "[::ffff:127.0.0.1]:80",
    "[fd00:ec2::254]:80",
    "localhost:80",
  ])("%s is refused", async (target) => {
    const rig = await plainRig();
    rig.settings.allow = [];
    const { head } = await openConnect(rig, target, proxyAuthorization(rig.addRun([])));
    expect(head).toMatch(/^HTTP\/1\.1 403 /);
    expect(rig.audit).toMatchObject([{ code: "TARGET_FORBIDDEN" }]);
  });

  it.each([
    "127.1:80",
    "0x7f.1:80",
    "2130706433:80",
    "api.acme.test\u0000.x:443",
    "user@api.acme.test:443",
    "api.acme.test:+443",
    "api.acme.test:0443",
    "api.acme.test:443:80",
    "api%00.acme.test:443",
    "api.acme.test",
    "api.acme.test:",
    "api.acme.test:0",
    "api.acme.test:65536",
    "[::1%25lo]:80",
  ])("%j is not a plain target", async (target) => {
    const rig = await plainRig();
    const { head } = await openConnect(rig, target, proxyAuthorization(rig.addRun([makeConnection(bearerProvider)])));
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("keyward's own port is refused even where loopback is allowed", async () => {
    const rig = await plainRig();
    const other = await tcpServer((socket) => socket.destroy());
    for (const host of ["127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::1]", "[::]", "localhost", "LOCALHOST."]) {
      const { head } = await openConnect(rig, `${host}:${rig.proxy.port}`, proxyAuthorization(rig.addRun([])));
      expect([host, head.split("\r\n")[0]]).toEqual([host, expect.stringMatching(/^HTTP\/1\.1 403 /)]);
    }
    // It is the port that is refused, not the address.
    const { head, socket } = await openConnect(rig, `127.0.0.1:${other.port}`, proxyAuthorization(rig.addRun([])));
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it("denied by a rule of the run, or unmatched, is refused; every layer must agree", async () => {
    const rig = await plainRig();
    const layer = { allow: [], deny: [], denyUnmatched: false, rules: [] };
    const denied = rig.addRun([], [{ ...layer, deny: ["*.acme.test"] }]);
    const unmatched = rig.addRun(
      [],
      [
        { ...layer, denyUnmatched: true, allow: ["ok.test"] },
        { ...layer, denyUnmatched: true },
      ],
    );
    for (const [run, target] of [
      [denied, "api.acme.test:443"],
      [unmatched, "ok.test:443"],
    ] as const) {
      const { head } = await openConnect(rig, target, proxyAuthorization(run));
      expect(head).toMatch(/^HTTP\/1\.1 403 /);
    }
    expect(rig.audit.map(({ code }) => code)).toEqual(["RULE_DENIED", "RULE_DENIED"]);
  });
});

describe("CONNECT, SNI and Host", () => {
  it("must name the same host: another SNI is refused in the handshake", async () => {
    const rig = await plainRig();
    const run = rig.addRun([makeConnection(bearerProvider)]);
    await expect(openTls(rig, run, { host: "api.acme.test", sni: "evil.test" })).rejects.toThrow();
    await expect.poll(() => rig.audit.map(({ code }) => code)).toEqual(["HOST_MISMATCH"]);
  });

  it.each([
    ["another Host", "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", 421],
    ["another port", "GET / HTTP/1.1\r\nHost: api.acme.test:8443\r\n\r\n", 421],
    ["no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400],
    ["two Hosts", "GET / HTTP/1.1\r\nHost: api.acme.test\r\nHost: api.acme.test\r\n\r\n", 400],
    ["absolute form", "GET https://api.acme.test/ HTTP/1.1\r\nHost: api.acme.test\r\n\r\n", 400],
    ["CONNECT inside a tunnel", "CONNECT api.acme.test:443 HTTP/1.1\r\nHost: api.acme.test:443\r\n\r\n", 405],
    ["noise", "\u0001\u0002\r\n\r\n", 400],
    ["TRACE", "TRACE / HTTP/1.1\r\nHost: api.acme.test\r\n\r\n", 405],
    ["a fragment", "GET /a#b HTTP/1.1\r\nHost: api.acme.test\r\n\r\n", 400],
    ["two lengths", "POST / HTTP/1.1\r\nHost: api.acme.test\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400],
    [
      "length and encoding",
      "POST / HTTP/1.1\r\nHost: api.acme.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["an encoding list", "POST / HTTP/1.1\r\nHost: api.acme.test\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n", 400],
    ["an encoding on HTTP/1.0", "POST / HTTP/1.0\r\nHost: api.acme.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ["a space before the colon", "GET / HTTP/1.1\r\nHost: api.acme.test\r\nX : y\r\n\r\n", 400],
    ["an upgrade other than WebSocket", "GET / HTTP/1.1\r\nHost: api.acme.test\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 426],
    ["a head over the limit", `GET / HTTP/1.1\r\nHost: api.acme.test\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, 431],
  ])("%s is answered by keyward and nothing is sent", async (_what, bytes, status) => {
    const upstream = await startTlsUpstream({ hosts: ["api.acme.test"] });
    const rig = await startRig({ upstreams: [upstream] });
    open.push(upstream, rig);
    const socket = await openTls(rig, rig.addRun([makeConnection(bearerProvider)]), { host: "api.acme.test" });
    const answer = await exchangeRaw(socket, bytes, /"request_id":"req_\w+"\}\}\n/);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/\r\nProxy-Status: keyward; error=/);
    socket.destroy();
    expect(upstream.connections).toHaveLength(0);
    expect(rig.audit).toHaveLength(1);
    expect(rig.audit[0]).toMatchObject({ kind: "denied", requestId: requestIdOf(answer), status });
  });

  it("closes the tunnel when a later request changes Host", async () => {
    const upstream = await startTlsUpstream({ hosts: ["api.acme.test"] });
    const rig = await startRig({ upstreams: [upstream] });
    open.push(upstream, rig);
    const socket = await openTls(rig, rig.addRun([makeConnection(bearerProvider)]), { host: "api.acme.test" });
    await exchangeRaw(socket, "GET / HTTP/1.1\r\nHost: api.acme.test\r\n\r\n", /ok/);
    const answer = await exchangeRaw(socket, "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
    expect(upstream.requests).toHaveLength(1);
  });
});
