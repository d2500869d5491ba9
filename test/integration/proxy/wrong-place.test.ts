// A key in the wrong place, case by case, where no other test has the case by name: each origin's record is searched for keys.
import { connect as connectTls } from "node:tls";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import {
  bearerProvider,
  exchangeRaw,
  makeConnection,
  makeProvider,
  openConnect,
  openTls,
  proxyAgent,
  proxyAuthorization,
  send,
  startRig,
} from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

const HOST = "api.acme.test";
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function setUp(hosts: readonly string[], answer?: Parameters<typeof startTlsUpstream>[0]["answer"]) {
  const upstream = await startTlsUpstream({ hosts, ...(answer === undefined ? {} : { answer }) });
  const rig = await startRig({ upstreams: [upstream], hosts });
  open.push(upstream, rig);
  return { upstream, rig };
}

function heard(upstream: TlsUpstream): string {
  return upstream.connections.map((connection) => connection.bytes().toString("latin1")).join("");
}

describe("a host that is not bound", () => {
  it("gets no key when its requests name one that is (case 3)", async () => {
    const { upstream, rig } = await setUp([HOST, "evil.test"]);
    const connection = makeConnection(bearerProvider);
    const run = rig.addRun([connection]);
    const { socket } = await openConnect(rig, "evil.test:443", proxyAuthorization(run));
    const secured = connectTls({ socket, servername: HOST, ca: upstream.authority.certificatePem });
    await once(secured, "secureConnect");
    const answer = await exchangeRaw(
      secured,
      `GET / HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${connection.binding.placeholders["key"]}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain("200 OK");
    expect(upstream.requests).toHaveLength(1);
    expect(heard(upstream)).not.toContain(connection.secrets["key"]);
  });
});

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])("%i is passed on, and the child that follows takes no key along (case 9)", async (status) => {
    const places = ["https://evil.test/next", `http://${HOST}/next`, `https://${HOST}:8443/next`];
    const { upstream, rig } = await setUp([HOST, "evil.test"], ({ target }) =>
      target.startsWith("/from") ? { status, headers: { Location: places[Number(target.slice(-1))] ?? "" } } : { body: "ok" },
    );
    const connection = makeConnection(bearerProvider);
    const run = rig.addRun([connection]);
    const agent = proxyAgent(rig, run);
    const headers = { Authorization: `Bearer ${connection.binding.placeholders["key"]}` };
    for (const at of places.keys()) {
      const reply = await send(agent, { host: HOST, path: `/from/${at}`, headers });
      expect([reply.status, reply.headers["location"]]).toEqual([status, places[at]]);
    }
    expect(upstream.requests.map(({ target }) => target)).toEqual(["/from/0", "/from/1", "/from/2"]);
    agent.destroy();
    // The child follows to the host that is not bound: its own TLS, its placeholder.
    const { socket } = await openConnect(rig, "evil.test:443", proxyAuthorization(run));
    const secured = connectTls({ socket, servername: "evil.test", ca: upstream.authority.certificatePem });
    await once(secured, "secureConnect");
    await exchangeRaw(
      secured,
      `GET /next HTTP/1.1\r\nHost: evil.test\r\nAuthorization: ${headers.Authorization}\r\nConnection: close\r\n\r\n`,
    );
    const followed = upstream.requests.at(-1);
    expect([followed?.target, followed?.headers["authorization"]]).toEqual(["/next", headers.Authorization]);
  });
});

describe("two runs with a key each for one host", () => {
  it("are told apart in a thousand interleaved requests, and share no upstream connection (case 12)", async () => {
    const { upstream, rig } = await setUp([HOST]);
    const connections = [makeConnection(bearerProvider), makeConnection(bearerProvider, { name: "work" })];
    const runs = connections.map((connection) => rig.addRun([connection]));
    const agents = runs.map((run) => proxyAgent(rig, run));
    for (const agent of agents) agent.maxSockets = 8;
    const ask = (at: number) => {
      const headers = at % 3 === 0 ? {} : { Authorization: `Bearer ${connections[at % 2]?.binding.placeholders["key"]}` };
      return send(agents[at % 2] ?? agents[0] ?? proxyAgent(rig, runs[0] ?? rig.addRun([])), { host: HOST, path: `/${at}`, headers });
    };
    // In waves: client, proxy and upstream share this process, and a handshake that waits behind a thousand requests may take too long.
    for (let wave = 0; wave < 1_000; wave += 50) await Promise.all(Array.from({ length: 50 }, (_, at) => ask(wave + at)));
    expect(upstream.requests).toHaveLength(1_000);
    const keys = connections.map(({ secrets }) => `Bearer ${secrets["key"]}`);
    for (const { target, headers } of upstream.requests) expect(headers["authorization"]).toBe(keys[Number(target.slice(1)) % 2]);
    for (const connection of upstream.connections) {
      const text = connection.bytes().toString("latin1");
      expect(keys.filter((key) => text.includes(key))).toHaveLength(1);
    }
    for (const agent of agents) agent.destroy();
  });
});

describe("an upstream whose certificate is for another name", () => {
  it.each([
    ["a name one label deeper than the wildcard", "a.b.wild.test", ["*.wild.test"]],
    ["a wildcard in the middle", "a.b.wild.test", ["a.*.wild.test"]],
    ["an address as a name", "127.0.0.1", ["other.test"]],
    ["a name with NUL behind it", HOST, [`${HOST}\0.evil.test`]],
  ])("gets no byte: %s (case 14)", async (_what, host, names) => {
    const authority = makeThrowawayAuthority();
    const upstream = await startTlsUpstream({ hosts: names, authority });
    const rig = await startRig({ upstreams: [upstream], hosts: [host] });
    open.push(upstream, rig);
    const provider = makeProvider({ ...bearerProvider, id: "named", endpoints: [{ host: HOST }] });
    const connection = makeConnection(provider);
    const binding = { ...connection.binding, origins: [{ host, port: 443 }] };
    const run = rig.addRun([{ ...connection, binding: { ...binding, connection: null } }]);
    run.bindings = [
      { ...binding, definition: { ...provider, endpoints: [{ ...provider.endpoints[0], host, port: 443 }] } },
    ] as typeof run.bindings;
    const { head, socket } = await openConnect(rig, `${host}:443`, proxyAuthorization(run));
    expect(head).toMatch(/^HTTP\/1\.1 200/);
    const secured = connectTls({ socket, rejectUnauthorized: false, ...(host === "127.0.0.1" ? {} : { servername: host }) });
    await once(secured, "secureConnect");
    const answer = await exchangeRaw(secured, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, /"request_id"/);
    expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_TLS/);
    expect(upstream.requests).toEqual([]);
    expect(heard(upstream)).toBe("");
    secured.destroy();
  });
});

describe("bytes behind CONNECT that came before the 200", () => {
  it("are taken for the start of TLS and for nothing else (case 25)", async () => {
    const { upstream, rig } = await setUp([HOST]);
    const run = rig.addRun([makeConnection(bearerProvider)]);
    const request = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
    const { socket } = await openConnect(rig, `${HOST}:443`, `${proxyAuthorization(run)}\r\nX-Early: 1`);
    socket.destroy();
    const { connect } = await import("node:net");
    const early = connect(rig.proxy.port, "127.0.0.1");
    early.on("error", () => undefined);
    early.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\nProxy-Authorization: ${proxyAuthorization(run)}\r\n\r\n${request}`);
    let answer = "";
    try {
      for await (const chunk of early) answer += String(chunk);
    } catch {
      // Cut off is as good as closed.
    }
    expect(answer).not.toContain("ok");
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(upstream.connections).toEqual([]);
  });
});

describe("a slot that `Connection` names", () => {
  it("keeps its key, and twins of its name are removed (case 27)", async () => {
    const { upstream, rig } = await setUp(["api.keyed.test"]);
    const provider = makeProvider({
      id: "keyed",
      endpoints: [{ host: "api.keyed.test" }],
      inject: [[{ in: "header", name: "X-Api-Key", templates: ["{key}"] }]],
    });
    const connection = makeConnection(provider);
    const given = connection.binding.placeholders["key"] ?? "";
    const secured = await openTls(rig, rig.addRun([connection]), { host: "api.keyed.test" });
    for (const named of ["X-Api-Key", "close, x-api-key"]) {
      secured.write(
        `GET / HTTP/1.1\r\nHost: api.keyed.test\r\nConnection: ${named}\r\nX-Api-Key: ${given}\r\nX_Api_Key: ${given}\r\nX.Api.Key: other\r\nx-API_key: other\r\n\r\n`,
      );
      const request = await upstream.nextRequest();
      const fields = request.rawHeaders.filter((text, at) => at % 2 === 0 && /^x[-_.]api[-_.]key$/i.test(text));
      expect(fields).toEqual(["X-Api-Key"]);
      expect(request.headers["x-api-key"]).toBe(connection.secrets["key"]);
    }
    secured.destroy();
  });
});
