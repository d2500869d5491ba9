// Placeholders that stand in a body, over real sockets: which connection they name, what leaves, what its length says.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import {
  exchangeRaw,
  makeConnection,
  makeProvider,
  openConnect,
  openTls,
  proxyAgent,
  proxyAuthorization,
  type Rig,
  type RigRun,
  send,
  startRig,
} from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

const HOST = "api.acme.test";
/** The end of the upstream's usual answer, chunked. */
const DONE = /ok\r\n0\r\n\r\n$/;
const FORM = "application/x-www-form-urlencoded";
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const chat = makeProvider({
  id: "chat",
  endpoints: [{ host: HOST }],
  inject: [
    [{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }],
    [{ in: "form", name: "token", template: "{key}", paths: ["/api/**"] }],
  ],
});
const bodyOnly = makeProvider({
  id: "body-only",
  endpoints: [{ host: HOST }],
  fields: [
    { name: "key", label: "Key" },
    { name: "secret", label: "Secret" },
  ],
  inject: [
    [
      { in: "json", pointer: "/auth/key", template: "{key}" },
      { in: "json", pointer: "/auth/secret", template: "{secret}" },
    ],
  ],
});

async function rigFor(): Promise<{ rig: Rig; upstream: TlsUpstream }> {
  const upstream = await startTlsUpstream({ hosts: [HOST] });
  const rig = await startRig({ upstreams: [upstream], hosts: [HOST] });
  open.push(upstream, rig);
  return { rig, upstream };
}

/** One POST over a new connection; its body as given. */
async function post(rig: Rig, run: RigRun, options: { path?: string; type?: string; body: string; headers?: Record<string, string> }) {
  const agent = proxyAgent(rig, run);
  const headers = { "Content-Type": options.type ?? FORM, "Content-Length": String(Buffer.byteLength(options.body)), ...options.headers };
  const reply = await send(agent, { host: HOST, method: "POST", path: options.path ?? "/api/post", headers, body: options.body });
  agent.destroy();
  return reply;
}

const decisions = (rig: Rig): unknown[] => rig.audit.filter(({ isRelease }) => !isRelease).map(({ credential }) => credential);

describe("a provider that takes its token in a form or in a header", () => {
  it("gets it where the placeholder stands, and nowhere else", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(chat);
    const run = rig.addRun([connection]);
    const placeholder = connection.binding.placeholders["key"] ?? "";
    const key = connection.secrets["key"] ?? "";
    await post(rig, run, { body: `text=${placeholder}&token=${placeholder}&x=%7e` });
    const seen = await upstream.nextRequest();
    expect(seen.body.toString()).toBe(`text=${placeholder}&token=${key}&x=%7e`);
    expect(seen.headers["content-length"]).toBe(String(seen.body.length));
    expect(seen.headers["authorization"]).toBeUndefined();
    await post(rig, run, { body: `text=${placeholder}`, headers: { Authorization: `Bearer ${placeholder}` } });
    const other = await upstream.nextRequest();
    expect(other.headers["authorization"]).toBe(`Bearer ${key}`);
    expect(other.body.toString()).toBe(`text=${placeholder}`);
    expect(decisions(rig)).toEqual(["injected", "injected"]);
  });

  it("is filled in in the header alone when neither holds anything", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(chat);
    await post(rig, rig.addRun([connection]), { body: "text=hello" });
    const seen = await upstream.nextRequest();
    expect(seen.headers["authorization"]).toBe(`Bearer ${connection.secrets["key"]}`);
    expect(seen.body.toString()).toBe("text=hello");
    expect(decisions(rig)).toEqual(["filled"]);
  });

  it("is left to the child that sends its own token in the form", async () => {
    const { rig, upstream } = await rigFor();
    await post(rig, rig.addRun([makeConnection(chat)]), { body: "token=my-own&text=x" });
    const seen = await upstream.nextRequest();
    expect(seen.body.toString()).toBe("token=my-own&text=x");
    expect(seen.headers["authorization"]).toBeUndefined();
    expect(decisions(rig)).toEqual(["own"]);
  });

  it("names its connection by the placeholder in the form, and cannot name two", async () => {
    const { rig, upstream } = await rigFor();
    const [home, work] = [makeConnection(chat), makeConnection(chat, { name: "work", isDefault: false })];
    const run = rig.addRun([home, work]);
    const token = `token=${work.binding.placeholders["key"]}`;
    await post(rig, run, { body: token });
    expect((await upstream.nextRequest()).body.toString()).toBe(`token=${work.secrets["key"]}`);
    const both = await post(rig, run, { body: token, headers: { Authorization: `Bearer ${home.binding.placeholders["key"]}` } });
    expect(both.status).toBe(409);
    expect(upstream.requests).toHaveLength(1);
  });

  it("is refused with a reason when the placeholder is part of the value only", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(chat);
    const reply = await post(rig, rig.addRun([connection]), { body: `token=Bearer+${connection.binding.placeholders["key"]}` });
    expect(reply.status).toBe(400);
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    ["another path", { path: "/other" }],
    ["another type", { type: "text/plain" }],
    ["a coding", { headers: { "Content-Encoding": "gzip" } }],
  ])("is not looked for in a body with %s", async (_what, options) => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(chat);
    const body = `token=${connection.binding.placeholders["key"]}`;
    await post(rig, rig.addRun([connection]), { body, ...options });
    expect((await upstream.nextRequest()).body.toString()).toBe(body);
  });
});

describe("a body on the wire", () => {
  it("is read by the general lane, also behind a request that the strict lane carried, cut at every byte", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(chat);
    const socket = await openTls(rig, rig.addRun([connection]), { host: HOST });
    await exchangeRaw(socket, `GET /api/first HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, DONE);
    const body = `a=1&token=${connection.binding.placeholders["key"]}`;
    const head = `POST /api/x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: ${FORM}\r\nContent-Length: ${body.length}\r\n\r\n`;
    for (let at = 0; at < body.length; at += 1) {
      socket.write(head + body.slice(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      await exchangeRaw(socket, body.slice(at), DONE);
    }
    socket.destroy();
    const bodies = upstream.requests.slice(1).map((request) => request.body.toString());
    expect(bodies).toEqual(Array.from({ length: body.length }, () => `a=1&token=${connection.secrets["key"]}`));
    expect(rig.audit.filter(({ isRelease }) => !isRelease)).toHaveLength(body.length + 1);
  });

  it("is asked for when the client waits to be asked", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(chat);
    const socket = await openTls(rig, rig.addRun([connection]), { host: HOST });
    const body = `token=${connection.binding.placeholders["key"]}`;
    const head = `POST /api/x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: ${FORM}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
    expect(await exchangeRaw(socket, head, /\r\n\r\n/)).toContain("100 Continue");
    const answer = await exchangeRaw(socket, body, DONE);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect((await upstream.nextRequest()).body.toString()).toBe(`token=${connection.secrets["key"]}`);
  });

  it("streams at any size, chunked when the key's length differs, with the placeholder at its very end", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bodyOnly);
    const run = rig.addRun([connection]);
    const padding = randomBytes(3 * 1024 * 1024).toString("hex");
    const body = JSON.stringify({ data: padding, auth: connection.binding.placeholders });
    for (const secrets of [connection.secrets, { key: "short-key", secret: "another-one" }]) {
      Object.assign(connection.credential.fields, { key: new Secret(secrets["key"] ?? ""), secret: new Secret(secrets["secret"] ?? "") });
      const reply = await post(rig, run, { body, type: "application/json" });
      expect(reply.status).toBe(200);
      const seen = await upstream.nextRequest();
      expect(JSON.parse(seen.body.toString())).toEqual({ data: padding, auth: secrets });
    }
    expect(decisions(rig)).toEqual(["injected", "injected"]);
  });

  it("over HTTP/2 is the same", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bodyOnly);
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(rig.addRun([connection])));
    const secured = connectTls({ socket, servername: HOST, ca: rig.caPem, ALPNProtocols: ["h2"] });
    await once(secured, "secureConnect");
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured });
    for (const size of [10, 200_000]) {
      const stream = session.request({ ":method": "POST", ":path": "/x", "content-type": "application/json" });
      stream.end(JSON.stringify({ pad: "x".repeat(size), auth: connection.binding.placeholders }));
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      expect(headers[":status"]).toBe(200);
      await once(stream.resume(), "end");
      expect(JSON.parse((await upstream.nextRequest()).body.toString())).toMatchObject({ auth: connection.secrets });
    }
    session.destroy();
  });
});

describe("a provider that takes its keys in the body only", () => {
  it("is given both, and nothing is made up where they are missing", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bodyOnly);
    const run = rig.addRun([connection]);
    const { key = "" } = connection.binding.placeholders;
    await post(rig, run, { body: JSON.stringify({ auth: connection.binding.placeholders, note: key }), type: "application/json" });
    expect(JSON.parse((await upstream.nextRequest()).body.toString())).toEqual({ auth: connection.secrets, note: key });
    await post(rig, run, { body: '{"auth":{}}', type: "application/json" });
    expect((await upstream.nextRequest()).body.toString()).toBe('{"auth":{}}');
    expect(decisions(rig)).toEqual(["injected", "none"]);
  });

  it("has a client that goes away while its body is read counted as gone", async () => {
    const { rig, upstream } = await rigFor();
    const run = rig.addRun([makeConnection(bodyOnly)]);
    const socket = await openTls(rig, run, { host: HOST });
    socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"auth":`);
    // The strict lane has handed the connection over when its body is being waited for.
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    await expect.poll(() => rig.audit.filter(({ method }) => method === "POST")).toMatchObject([{ code: "UPSTREAM_BROKEN" }]);
    expect(upstream.requests).toHaveLength(0);
    expect(rig.logs.join()).not.toContain("request failed");
  });
});
