// HTTP/2 towards the client and, where the upstream offers it, towards the upstream: injection, trailers, resets, refusals.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { constants } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";
import { ask, closeAll, HOST, http2Rig, open, openSession } from "../../support/http2-rig.ts";
import { bearerProvider, makeConnection, startRig } from "../../support/proxy-rig.ts";
import { startTlsUpstream } from "../../support/tls-upstream.ts";
import { Arrivals } from "../../support/wait.ts";

afterEach(closeAll);

describe("HTTP/2 to an upstream that speaks it", () => {
  it("injects, keeps trailers, and multiplexes over one upstream connection", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 200, "x-up": "yes", "set-cookie": ["a=1", "b=2"], "alt-svc": 'h3=":443"' }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end("hello");
    });
    const session = await openSession(at);
    const placeholder = at.connection.binding.placeholders["key"] ?? "";
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(session, { authorization: `Bearer ${placeholder}`, te: "trailers", cookie: "a=b" })),
    );
    for (const { headers, trailers, body } of answers) {
      expect(headers).toMatchObject({ ":status": 200, "x-up": "yes", "set-cookie": ["a=1", "b=2"] });
      expect(headers["alt-svc"]).toBeUndefined();
      expect(trailers).toMatchObject({ "grpc-status": "0" });
      expect(body.toString()).toBe("hello");
    }
    for (let i = 0; i < 10; i += 1) {
      const { headers } = await at.seen.next();
      expect(headers).toMatchObject({
        authorization: `Bearer ${at.connection.secrets["key"]}`,
        ":authority": HOST,
        te: "trailers",
        cookie: "a=b",
      });
    }
    expect(at.sessions).toHaveLength(1);
    await expect.poll(() => at.rig.audit.filter(({ isRelease }) => !isRelease).length).toBe(10);
  });

  it("streams bodies of both directions whole, at once", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
    });
    const body = randomBytes(5_000_000);
    const answer = await ask(await openSession(at), { ":method": "POST" }, body);
    expect(answer.body.equals(body)).toBe(true);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ bytesUp: body.length, bytesDown: body.length, status: 200 });
  });

  it("carries a reset of the client to the upstream, and of the upstream to the client", async () => {
    const closed = new Arrivals<number | undefined>();
    const at = await http2Rig((stream, headers) => {
      stream.on("close", () => closed.arrive(stream.rstCode));
      if (headers[":path"] === "/refuse") stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      else stream.respond({ ":status": 200 });
    });
    const session = await openSession(at);
    const request = session.request({ ":path": "/" });
    request.on("error", () => undefined);
    await once(request, "response");
    request.close(constants.NGHTTP2_CANCEL);
    expect(await closed.next()).toBe(constants.NGHTTP2_CANCEL);
    const refused = await ask(session, { ":path": "/refuse" });
    expect(refused.headers[":status"]).toBe(502);
    expect(JSON.parse(refused.body.toString())).toMatchObject({ error: { code: "UPSTREAM_BROKEN" } });
  });

  it("breaks the stream when the upstream breaks after its head", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 200, "content-length": "100" });
      stream.write("part", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    });
    await expect(ask(await openSession(at), {})).rejects.toThrow();
  });

  it("forwards early hints", async () => {
    const at = await http2Rig((stream) => {
      stream.additionalHeaders({ ":status": 103, link: "</a.css>; rel=preload" });
      stream.respond({ ":status": 204 }, { endStream: true });
    });
    const session = await openSession(at);
    const request = session.request({ ":path": "/" });
    const [hints] = await once(request, "headers");
    expect(hints).toMatchObject({ ":status": 103, link: "</a.css>; rel=preload" });
    request.resume();
    await once(request, "close");
  });

  it("opens another session after GOAWAY", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 200 });
      stream.end("x", () => stream.session?.goaway());
    });
    const session = await openSession(at);
    expect((await ask(session, {})).headers[":status"]).toBe(200);
    expect((await ask(session, {})).headers[":status"]).toBe(200);
    expect(at.sessions.length).toBe(2);
  });
});

describe("HTTP/2 to an upstream that does not speak it", () => {
  it("is carried over HTTP/1.1 on the connection that was negotiated", async () => {
    const upstream = await startTlsUpstream({ hosts: [HOST], answer: ({ body }) => ({ body: `got ${body.toString()}` }) });
    const rig = await startRig({ upstreams: [upstream] });
    const connection = makeConnection(bearerProvider);
    open.push(upstream, rig);
    const session = await openSession({ rig, run: rig.addRun([connection]) });
    for (const text of ["one", "two"]) {
      const answer = await ask(session, { ":method": "POST" }, text);
      expect(answer.body.toString()).toBe(`got ${text}`);
    }
    expect((await upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${connection.secrets["key"]}`);
    expect(upstream.connections).toHaveLength(1);
  });
});

describe("an HTTP/2 request that names another host, or is none that is carried,", () => {
  it.each<[string, Record<string, string>, number]>([
    ["by :authority", { ":authority": "evil.test" }, 421],
    ["by a host field beside :authority", { ":authority": HOST, host: "evil.test" }, 400],
    ["by a port", { ":authority": `${HOST}:8443` }, 421],
    ["by TRACE", { ":method": "TRACE" }, 405],
    ["by a method in small letters", { ":method": "trace" }, 400],
  ])("%s is refused and nothing is sent", async (_what, headers, status) => {
    const at = await http2Rig((stream) => stream.respond({ ":status": 200 }, { endStream: true }));
    const answer = await ask(await openSession(at), headers);
    expect(answer.headers[":status"]).toBe(status);
    expect(at.sessions).toHaveLength(0);
  });
});
