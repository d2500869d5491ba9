// Bodies and heads on their way: streaming both ways, faithful heads, aborts in both directions, upstream TLS, failures.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpsRequest } from "node:https";
import { afterEach, describe, expect, it } from "vitest";
import {
  bearerProvider,
  exchangeRaw,
  makeConnection,
  openTls,
  proxyAgent,
  proxyAuthorization,
  type Rig,
  type RigRun,
  send,
  startRig,
} from "../../support/proxy-rig.ts";
import { type CertificateKind, startTlsUpstream, type TlsUpstreamOptions } from "../../support/tls-upstream.ts";
import { Arrivals } from "../../support/wait.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { connect as connectTcp } from "node:net";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const HOST = "api.acme.test";
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function setUp(
  options: Omit<TlsUpstreamOptions, "hosts"> = {},
): Promise<{ rig: Rig; run: RigRun; upstream: Awaited<ReturnType<typeof startTlsUpstream>> }> {
  const upstream = await startTlsUpstream({ hosts: [HOST], ...options });
  const rig = await startRig({ upstreams: [upstream] });
  open.push(upstream, rig);
  return { rig, run: rig.addRun([makeConnection(bearerProvider)]), upstream };
}

describe("bodies", () => {
  it("stream up chunked and with a length, byte for byte", async () => {
    const { rig, run, upstream } = await setUp();
    const agent = proxyAgent(rig, run);
    const body = randomBytes(2_000_000);
    for (const headers of [{ "Content-Length": String(body.length) }, { "Transfer-Encoding": "chunked" }]) {
      const request = httpsRequest({ host: HOST, method: "POST", headers, agent });
      request.end(body);
      const [response] = await once(request, "response");
      response.resume();
      await once(response, "end");
      const seen = await upstream.nextRequest();
      expect(seen.body.equals(body)).toBe(true);
    }
    agent.destroy();
    expect(rig.audit.filter(({ isRelease }) => !isRelease).map(({ bytesUp }) => bytesUp)).toEqual([body.length, body.length]);
  });

  it("answer 100 Continue to a client that waits for it", async () => {
    const { rig, run, upstream } = await setUp();
    const socket = await openTls(rig, run, { host: HOST });
    const head = "POST / HTTP/1.1\r\nHost: api.acme.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    expect(await exchangeRaw(socket, head, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 100 /);
    expect(await exchangeRaw(socket, "body", /ok/)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect((await upstream.nextRequest()).body.toString()).toBe("body");
  });

  it("reach the client event by event, while the upstream still writes", async () => {
    const proceed = new Arrivals<void>();
    const { rig, run } = await setUp({
      handle: (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.flushHeaders();
        void (async () => {
          for (const event of ["one", "two"]) {
            await proceed.next();
            response.write(`data: ${event}\n\n`);
          }
          response.end();
        })();
      },
    });
    const agent = proxyAgent(rig, run);
    const request = httpsRequest({ host: HOST, agent });
    request.end();
    const [response] = await once(request, "response");
    for (const event of ["one", "two"]) {
      proceed.arrive();
      const [chunk] = await once(response, "data");
      expect(String(chunk)).toBe(`data: ${event}\n\n`);
    }
    agent.destroy();
  });

  it("cut by the upstream are cut for the client, never ended cleanly", async () => {
    const { rig, run } = await setUp({ answer: { headers: { "content-length": "100" }, body: "short", abort: true } });
    const agent = proxyAgent(rig, run);
    await expect(send(agent, { host: HOST })).rejects.toThrow();
    agent.destroy();
    await expect.poll(() => rig.audit.at(-1)).toMatchObject({ isRelease: false, status: 200, code: "UPSTREAM_BROKEN" });
  });

  it("abandoned by the client are abandoned at the upstream at once", async () => {
    const gone = new Arrivals<void>();
    const { rig, run } = await setUp({
      handle: (_request, response) => {
        response.on("close", () => gone.arrive());
        response.write("first");
      },
    });
    const agent = proxyAgent(rig, run);
    const request = httpsRequest({ host: HOST, agent });
    request.on("error", () => undefined);
    request.end();
    const [response] = await once(request, "response");
    response.on("error", () => undefined);
    await once(response, "data");
    request.destroy();
    await gone.next();
    agent.destroy();
  });
});

describe("heads", () => {
  it("keep case, order and duplicates; hop-by-hop fields and Alt-Svc stay behind", async () => {
    const { rig, run, upstream } = await setUp({
      answer: {
        status: 207,
        headers: { "Set-Cookie": ["a=1", "b=2"], "X-MiXed": "yes", "Alt-Svc": 'h3=":443"', Connection: "x-hop", "X-Hop": "1" },
        body: "",
      },
    });
    const socket = await openTls(rig, run, { host: HOST });
    const answer = await exchangeRaw(
      socket,
      "GET /x HTTP/1.1\r\nHost: api.acme.test\r\nX-Two: 1\r\naCCept: a\r\nX-Two: 2\r\nConnection: X-Gone, Authorization\r\nX-Gone: 1\r\nTE: trailers\r\nAuthorization:\r\n\r\n",
      /\r\n\r\n/,
    );
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 207 /);
    expect(answer).toContain("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n");
    expect(answer).toContain("X-MiXed: yes\r\n");
    expect(answer).not.toMatch(/alt-svc|x-hop/i);
    const { rawHeaders, headers } = await upstream.nextRequest();
    expect(rawHeaders.filter((name) => /^(x-two|accept)$/i.test(name))).toEqual(["X-Two", "aCCept", "X-Two"]);
    expect(headers["x-gone"]).toBeUndefined();
    expect(headers["authorization"]).toMatch(/^Bearer real-/);
  });

  it.each([204, 304])("of %i come without a body", async (status) => {
    const { rig, run } = await setUp({ answer: { status } });
    const agent = proxyAgent(rig, run);
    expect(await send(agent, { host: HOST })).toMatchObject({ status, body: "" });
    expect(await send(agent, { host: HOST, method: "HEAD" })).toMatchObject({ status, body: "" });
    agent.destroy();
  });
});

describe("the upstream", () => {
  it.each<CertificateKind>(["expired", "not-yet-valid", "self-signed", "wrong-host"])(
    "with a certificate that is %s gets no byte",
    async (certificate) => {
      const { rig, run, upstream } = await setUp({ certificate });
      const agent = proxyAgent(rig, run);
      const reply = await send(agent, { host: HOST });
      agent.destroy();
      expect(reply.status).toBe(502);
      expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "UPSTREAM_TLS" } });
      expect(upstream.requests).toHaveLength(0);
      await expect.poll(() => rig.audit.at(-1)).toMatchObject({ code: "UPSTREAM_TLS" });
    },
  );

  it("that is down is a 502 with a reason", async () => {
    const { rig, run, upstream } = await setUp();
    await upstream.close();
    const agent = proxyAgent(rig, run);
    const reply = await send(agent, { host: HOST });
    agent.destroy();
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "UPSTREAM_UNREACHABLE" } });
  });

  it("that closed its idle connection is asked again on a fresh one", async () => {
    const { rig, run, upstream } = await setUp();
    const agent = proxyAgent(rig, run);
    await send(agent, { host: HOST });
    await upstream.close();
    const again = await startTlsUpstream({ hosts: [HOST], authority: upstream.authority });
    open.push(again);
    rig.settings.resolve = again.resolveEntries([HOST]);
    expect(await send(agent, { host: HOST })).toMatchObject({ status: 200 });
    agent.destroy();
  });

  it("gets nothing when the audit line cannot be written", async () => {
    const upstream = await startTlsUpstream({ hosts: [HOST] });
    const fail = (): never => {
      throw new KeywardError("AUDIT_FAILED", "the disk is full");
    };
    const rig = await startRig({
      upstreams: [upstream],
      overrides: { audit: { release: async () => fail(), complete: fail, append: fail } },
    });
    open.push(upstream, rig);
    const agent = proxyAgent(rig, rig.addRun([makeConnection(bearerProvider)]));
    const reply = await send(agent, { host: HOST });
    agent.destroy();
    expect(reply.status).toBe(503);
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("absolute-form requests", () => {
  it("with https are injected like any other", async () => {
    const { rig, run, upstream } = await setUp();
    const socket = connectTcp(rig.proxy.port, "127.0.0.1");
    const auth = `Proxy-Authorization: ${proxyAuthorization(run)}\r\n`;
    socket.write(`GET https://api.acme.test/v1?q=1 HTTP/1.1\r\nHost: api.acme.test\r\n${auth}Connection: close\r\n\r\n`);
    let heard = "";
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toMatch(/^HTTP\/1\.1 200 [^]*ok/);
    const seen = await upstream.nextRequest();
    expect(seen.target).toBe("/v1?q=1");
    expect(seen.headers["authorization"]).toMatch(/^Bearer real-/);
    expect(seen.headers["proxy-authorization"]).toBeUndefined();
  });

  it("in clear are forwarded without a credential; a placeholder in them is a leak", async () => {
    const { rig } = await setUp();
    const heard: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers.authorization);
      response.end("plain");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push({ close: () => server.close() });
    const port = (server.address() as AddressInfo).port;
    const connection = makeConnection(bearerProvider);
    const run = rig.addRun([connection]);
    rig.settings.resolve = [`api.acme.test:${port}=127.0.0.1:${port}`];
    const ask = async (header: string): Promise<string> => {
      const socket = connectTcp(rig.proxy.port, "127.0.0.1");
      const auth = `Proxy-Authorization: ${proxyAuthorization(run)}\r\n`;
      socket.write(
        `GET http://api.acme.test:${port}/ HTTP/1.1\r\nHost: api.acme.test:${port}\r\n${auth}${header}Connection: close\r\n\r\n`,
      );
      let text = "";
      for await (const chunk of socket) text += String(chunk);
      return text;
    };
    expect(await ask("")).toMatch(/^HTTP\/1\.1 200 [^]*plain/);
    expect(await ask(`Authorization: Bearer ${connection.binding.placeholders["key"]}\r\n`)).toMatch(
      /^HTTP\/1\.1 403 [^]*PLACEHOLDER_LEAK/,
    );
    expect(heard).toEqual([undefined]);
  });
});
