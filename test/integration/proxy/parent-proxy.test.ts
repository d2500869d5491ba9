// The way out through a parent proxy, for injected hosts and for blind tunnels, with credentials and over TLS.
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import type { ParentProxy } from "../../../src/proxy/ports.ts";
import {
  bearerProvider,
  makeConnection,
  openConnect,
  proxyAgent,
  proxyAuthorization,
  send,
  startRig,
  type Rig,
} from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

interface Parent {
  readonly port: number;
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[];
}

/** A CONNECT proxy that sends every target to `upstream`, or answers `status`. */
async function parentProxy(upstream: TlsUpstream, options: { tls?: boolean; status?: number } = {}): Promise<Parent> {
  const leaf = upstream.authority.issue(["localhost"]);
  const server: Server =
    options.tls === true ? createHttpsServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }) : createHttpServer();
  const asked: Parent["asked"][number][] = [];
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    asked.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    if (options.status !== undefined) {
      socket.end(`HTTP/1.1 ${options.status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const out = connect(upstream.port, "127.0.0.1");
    out.on("error", () => socket.destroy());
    socket.on("error", () => out.destroy());
    socket.write("HTTP/1.1 200 OK\r\nVia: 1.1 parent\r\n\r\n");
    socket.pipe(out).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return { port: (server.address() as AddressInfo).port, asked };
}

function through(url: string, noProxy: readonly string[] = []): ParentProxy {
  return { url: new Secret(url), source: "HTTPS_PROXY", noProxy };
}

async function rigBehind(options: { tls?: boolean; status?: number } = {}): Promise<{ rig: Rig; upstream: TlsUpstream; parent: Parent }> {
  const upstream = await startTlsUpstream({ hosts: ["api.acme.test", "other.test"] });
  const parent = await parentProxy(upstream, options);
  const rig = await startRig({ upstreams: [upstream] });
  rig.settings.resolve = [];
  const url = options.tls === true ? `https://localhost:${parent.port}` : `http://us%40er:p%3Ass@127.0.0.1:${parent.port}`;
  rig.settings.proxy = through(url);
  open.push(upstream, rig);
  return { rig, upstream, parent };
}

describe("a parent proxy", () => {
  it.each([{ tls: false }, { tls: true }])("carries injected requests and blind tunnels (%o)", async (options) => {
    const { rig, upstream, parent } = await rigBehind(options);
    const connection = makeConnection(bearerProvider);
    const run = rig.addRun([connection]);
    const agent = proxyAgent(rig, run);
    expect(await send(agent, { host: "api.acme.test" })).toMatchObject({ status: 200 });
    agent.destroy();
    expect((await upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${connection.secrets["key"]}`);
    const { socket } = await openConnect(rig, "other.test:443", proxyAuthorization(run));
    const secured = connectTls({ socket, servername: "other.test", ca: upstream.authority.certificatePem });
    await once(secured, "secureConnect");
    secured.destroy();
    expect(parent.asked.map(({ target }) => target)).toEqual(["api.acme.test:443", "other.test:443"]);
    expect(parent.asked[0]?.authorization).toBe(options.tls ? undefined : `Basic ${Buffer.from("us@er:p:ss").toString("base64")}`);
  });

  it("that refuses, or is not there, is a 502 with its own code", async () => {
    const { rig, upstream } = await rigBehind({ status: 407 });
    const run = rig.addRun([makeConnection(bearerProvider)]);
    const agent = proxyAgent(rig, run);
    const refused = await send(agent, { host: "api.acme.test" });
    rig.settings.proxy = through("http://us%40er:p%3Ass@127.0.0.1:1");
    const gone = await send(agent, { host: "api.acme.test" });
    agent.destroy();
    for (const reply of [refused, gone]) {
      expect(reply.status).toBe(502);
      expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "UPSTREAM_PROXY" } });
      expect(reply.body).not.toContain("p%3Ass");
    }
    expect(refused.body).toContain("the parent proxy of HTTPS_PROXY asks for other credentials");
    expect(gone.body).toContain("the parent proxy of HTTPS_PROXY cannot be reached: 127.0.0.1:1 cannot be reached (ECONNREFUSED)");
    expect(gone.body).toContain("unset HTTPS_PROXY for a direct way");
    expect(upstream.connections).toHaveLength(0);
  });

  it("is left out for hosts of NO_PROXY, bound or not", async () => {
    const { rig, upstream, parent } = await rigBehind();
    rig.settings.resolve = upstream.resolveEntries(["api.acme.test", "other.test"]);
    rig.settings.proxy = through(`http://127.0.0.1:${parent.port}`, ["api.acme.test"]);
    const run = rig.addRun([makeConnection(bearerProvider)]);
    const agent = proxyAgent(rig, run);
    expect(await send(agent, { host: "api.acme.test" })).toMatchObject({ status: 200 });
    agent.destroy();
    const { head, socket } = await openConnect(rig, "other.test:443", proxyAuthorization(run));
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect(parent.asked.map(({ target }) => target)).toEqual(["other.test:443"]);
  });

  it("of one run is not another's", async () => {
    const { rig, parent } = await rigBehind();
    const [first, second] = [rig.addRun([]), rig.addRun([])];
    const { proxy } = rig.settings;
    rig.dialSettings = (runId) => ({ ...rig.settings, proxy: runId === first.run.id ? proxy : null });
    const proxied = await openConnect(rig, "other.test:443", proxyAuthorization(first));
    const direct = await openConnect(rig, "other.test:443", proxyAuthorization(second));
    expect([proxied.head.slice(9, 12), direct.head.slice(9, 12)]).toEqual(["200", "502"]);
    proxied.socket.destroy();
    expect(parent.asked).toHaveLength(1);
  });

  it("is not a way to reach private addresses by number", async () => {
    const { rig, parent } = await rigBehind();
    rig.settings.allow = [];
    const { head } = await openConnect(rig, "169.254.169.254:80", proxyAuthorization(rig.addRun([])));
    expect(head).toMatch(/^HTTP\/1\.1 403 /);
    expect(parent.asked).toEqual([]);
  });
});
