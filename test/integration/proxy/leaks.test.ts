// What the child sends that it should not have, or not there: placeholders of other hosts and real keys, in every lane, on real sockets.
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { randomBytes } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import {
  bearerProvider,
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
const acme = makeConnection(bearerProvider);
const formed = makeConnection(
  makeProvider({ id: "formed", endpoints: [{ host: "form.test" }], inject: [[{ in: "form", name: "token", template: "{key}" }]] }),
);
const away = makeConnection(makeProvider({ ...bearerProvider, id: "away", endpoints: [{ host: "api.away.test" }] }));
const own = { given: acme.binding.placeholders["key"] ?? "", real: acme.secrets["key"] ?? "" };
const foreign = { given: away.binding.placeholders["key"] ?? "", real: away.secrets["key"] ?? "" };

let upstream: TlsUpstream;
let rig: Rig;
let run: RigRun;
let unreachable: RigRun;

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST, "form.test"] });
  rig = await startRig({ upstreams: [upstream], hosts: [HOST, "form.test"] });
  // The profile knows them all; the run has two of them.
  rig.addRun([away]);
  run = rig.addRun([acme, formed]);
  unreachable = rig.addRun([makeConnection(makeProvider({ ...bearerProvider, id: "gone", endpoints: [{ host: "gone.test" }] }))]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

const FORMS: readonly (readonly [string, (text: string) => string])[] = [
  ["plain", (text) => text],
  ["percent", (text) => Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`).join("")],
  ["base64", (text) => Buffer.from(`u:${text}`).toString("base64")],
  ["base64, one further", (text) => Buffer.from(`us:${text}`).toString("base64")],
  ["base64url, two further", (text) => Buffer.from(`usr:${text}`).toString("base64url")],
];
const KINDS = [
  ["a placeholder of another connection", foreign.given, "PLACEHOLDER_LEAK"],
  ["a real key of another connection", foreign.real, "KEY_LEAK"],
  ["the real key of this connection", own.real, "KEY_LEAK"],
] as const;
const OWNERS = ["away", "away", "acme"];
const CASES = KINDS.flatMap(([kind, text, code], at) =>
  FORMS.map(([form, write]) => [kind, form, { text: write(text), code, owner: OWNERS[at] }] as const),
);

/** Without the credential where it belongs. */
function heardUpstream(): string {
  return upstream.connections
    .map((connection) => connection.bytes().toString("latin1"))
    .join("\n")
    .replaceAll(`Bearer ${own.real}`, "");
}

function lastRecord(): (typeof rig.audit)[number] | undefined {
  return rig.audit.at(-1);
}

describe.each(CASES)("%s, %s,", (_kind, _form, { text, code, owner }) => {
  it("is refused in header, query, path and body, audited as a leak, and nothing of it arrives", async () => {
    const agent = proxyAgent(rig, run);
    const before = upstream.requests.length;
    const inUrl = text.replace(/[+/=]/g, encodeURIComponent);
    const places = [
      { headers: { "X-Note": `a ${text} b` } },
      { headers: { Cookie: `a=1; b=${text}` } },
      { path: `/x?q=${inUrl}&y=1` },
      { path: `/x/${inUrl}/y` },
      { method: "POST", body: `{"text":"look: ${text}"}` },
      { method: "POST", headers: { "Transfer-Encoding": "chunked" }, body: `text=${text}` },
      {
        method: "POST",
        headers: { "Content-Type": "multipart/form-data; boundary=x" },
        body: `--x\r\nContent-Disposition: form-data; name="${text}"\r\n\r\n1\r\n--x--\r\n`,
      },
    ];
    for (const place of places) {
      const reply = await send(agent, { host: HOST, ...place });
      expect([reply.status, JSON.parse(reply.body).error.code]).toEqual([403, code]);
      expect(reply.body).not.toContain(text);
      expect(lastRecord()).toMatchObject({
        kind: "denied",
        code,
        status: 403,
        host: HOST,
        provider: owner,
        connection: "default",
      });
    }
    expect(upstream.requests.length).toBe(before);
    expect(heardUpstream().includes(text)).toBe(false);
    expect(JSON.stringify(rig.audit) + rig.logs.join("")).not.toContain(text);
    agent.destroy();
  });
});

describe("a leak in a body", () => {
  it("cut at every place is refused, and its end is never sent", async () => {
    for (let cut = 1; cut < foreign.real.length; cut += 5) {
      const socket = await openTls(rig, run, { host: HOST });
      socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${foreign.real.length + 4}\r\n\r\nab${foreign.real.slice(0, cut)}`);
      await new Promise((resolve) => setImmediate(resolve));
      const heard = await exchangeRaw(socket, `${foreign.real.slice(cut)}yz`);
      expect(heard).toMatch(/^HTTP\/1\.1 403 /);
      expect(heardUpstream().includes(foreign.real.slice(-6))).toBe(false);
    }
  });

  it("over HTTP/2, in the body and in trailers, resets nothing but its own stream", async () => {
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const { connect: connectTls } = await import("node:tls");
    const secured: TLSSocket = connectTls({ socket, servername: HOST, ca: rig.caPem, ALPNProtocols: ["h2"] });
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured });
    const ask = (body: string, trailers: Record<string, string> = {}): Promise<number> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ":method": "POST", ":path": "/" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers(trailers));
        stream.on("response", (headers) => resolve(Number(headers[":status"])));
        stream.on("error", reject);
        stream.end(body);
        stream.resume();
      });
    expect(await ask(`x${foreign.given}`)).toBe(403);
    expect(lastRecord()).toMatchObject({ kind: "denied", code: "PLACEHOLDER_LEAK", provider: "away" });
    expect(await ask("fine", { "x-sum": own.real })).toBe(403);
    expect(await ask("fine")).toBe(200);
    session.close();
  });

  it("far behind the start of a long upload breaks it off, at flat memory", async () => {
    const socket = await openTls(rig, run, { host: HOST });
    const filler = "a line of an upload that is long\n".repeat(30_000);
    const length = filler.length + own.real.length + 10;
    const heard = await exchangeRaw(
      socket,
      `PUT / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${length}\r\n\r\n${filler}${own.real}..........`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 403 [^]*KEY_LEAK/);
    expect(heardUpstream().includes(own.real)).toBe(false);
    expect(run.counts.denied).toBeGreaterThan(0);
  });
});

describe("a leak in a small body under a content coding", () => {
  const text = Buffer.from(`{"event":"${foreign.given} and more of it"}`);
  const codings: readonly (readonly [string, Buffer])[] = [
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
    ["gzip, br", brotliCompressSync(gzipSync(text))],
    ["gzip", gzipSync(text).subarray(0, -8)],
  ];

  it.each(codings)("%s is refused, in either lane, and none of the body arrives", async (coding, coded) => {
    for (const more of [{}, { Expect: "x" }]) {
      const agent = proxyAgent(rig, run);
      const before = upstream.requests.length;
      const headers = { "Content-Encoding": coding, "Content-Length": String(coded.length), ...more };
      const reply = await send(agent, { host: HOST, method: "POST", headers, body: coded });
      expect([reply.status, JSON.parse(reply.body).error.code]).toEqual([403, "PLACEHOLDER_LEAK"]);
      expect(upstream.requests.length).toBe(before);
      expect(heardUpstream()).not.toContain(coded.toString("latin1"));
      agent.destroy();
    }
  });

  it("and nothing in it arrives as it was, and so does what cannot be decoded or is large", async () => {
    const agent = proxyAgent(rig, run);
    for (const [coding, body] of [
      ["gzip", gzipSync("a fine text")],
      ["br", Buffer.from("no brotli")],
      ["unheard-of", Buffer.from("anything")],
      ["gzip", gzipSync(randomBytes(80_000))],
    ] as const) {
      const reply = await send(agent, {
        host: HOST,
        method: "POST",
        headers: { "Content-Encoding": coding, "Content-Length": String(body.length) },
        body,
      });
      expect(reply.status).toBe(200);
      expect(upstream.requests.at(-1)?.body.equals(body)).toBe(true);
    }
    agent.destroy();
  });
});

describe("a leak on its way to a host that cannot be reached", () => {
  const body = `{"text":"${foreign.real}"}`;

  it.each([
    ["the strict lane", {}],
    ["the general lane", { Expect: "200-ok" }],
  ])("is told and recorded as a leak, in %s", async (_lane, headers) => {
    const agent = proxyAgent(rig, unreachable);
    const reply = await send(agent, { host: "gone.test", method: "POST", headers, body });
    expect([reply.status, JSON.parse(reply.body).error.code]).toEqual([403, "KEY_LEAK"]);
    expect(lastRecord()).toMatchObject({ kind: "denied", code: "KEY_LEAK", host: "gone.test", provider: "away" });
    const clean = await send(agent, { host: "gone.test", method: "POST", headers, body: "{}" });
    expect([clean.status, JSON.parse(clean.body).error.code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
    agent.destroy();
  });

  it("is told over HTTP/2 too", async () => {
    const { socket } = await openConnect(rig, "gone.test:443", proxyAuthorization(unreachable));
    const { connect: connectTls } = await import("node:tls");
    const secured: TLSSocket = connectTls({ socket, servername: "gone.test", ca: rig.caPem, ALPNProtocols: ["h2"] });
    const session = connectHttp2("https://gone.test", { createConnection: () => secured });
    const stream = session.request({ ":method": "POST", ":path": "/" });
    stream.end(body);
    const [head] = (await once(stream, "response")) as [Record<string, unknown>];
    expect(head[":status"]).toBe(403);
    stream.resume();
    session.destroy();
  });
});

describe("what is no leak", () => {
  it("the placeholder at its own host, wherever it stands, arrives as it is", async () => {
    const agent = proxyAgent(rig, run);
    const reply = await send(agent, {
      host: HOST,
      method: "POST",
      path: `/x?q=${own.given}`,
      headers: { "X-Note": own.given, Cookie: `a=${own.given}` },
      body: `{"text":"${own.given}"}`,
    });
    expect(reply.status).toBe(200);
    const request = upstream.requests.at(-1);
    expect([request?.target, request?.headers["x-note"], request?.body.toString()]).toEqual([
      `/x?q=${own.given}`,
      own.given,
      `{"text":"${own.given}"}`,
    ]);
    agent.destroy();
  });

  it("a key that the child has of its own, and that is the stored one, is left to it in its declared slot", async () => {
    const agent = proxyAgent(rig, run);
    expect((await send(agent, { host: HOST, headers: { Authorization: `Bearer ${own.real}` } })).status).toBe(200);
    const body = `token=${formed.secrets["key"]}&x=1`;
    const reply = await send(agent, {
      host: "form.test",
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body,
    });
    expect(reply.status).toBe(200);
    expect(upstream.requests.at(-1)?.body.toString()).toBe(body);
    agent.destroy();
  });

  it("a body of any other kind arrives byte for byte", async () => {
    const agent = proxyAgent(rig, run);
    const body = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7919) % 251)).toString("latin1");
    await send(agent, { host: HOST, method: "PUT", headers: { "Content-Type": "application/octet-stream" }, body });
    expect(upstream.requests.at(-1)?.body.toString()).toBe(body);
    agent.destroy();
  });
});

describe("in clear", () => {
  it("a real key is refused whatever host it is for", async () => {
    const { connect } = await import("node:net");
    const socket = connect(rig.proxy.port, "127.0.0.1");
    socket.write(
      `POST http://plain.test/ HTTP/1.1\r\nHost: plain.test\r\nProxy-Authorization: ${proxyAuthorization(run)}\r\nX-A: ${own.real}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    let heard = "";
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toMatch(/^HTTP\/1\.1 403 [^]*KEY_LEAK/);
  });
});

describe("a request that is refused when nobody can say any more what it must not carry", () => {
  it("is recorded without its path", async () => {
    // The tunnel is opened in time.
    const answers: [][] = [[]];
    const gone = () => {
      const answer = answers.pop();
      if (answer === undefined) throw new KeywardError("RUN_UNKNOWN", "the run has ended");
      return answer;
    };
    const late = await startRig({ upstreams: [upstream], hosts: [HOST], overrides: { knownSecrets: gone } });
    const agent = proxyAgent(late, late.addRun([acme]));
    expect((await send(agent, { host: HOST, path: `/bot${own.real}/x` })).status).not.toBe(200);
    await expect.poll(() => late.audit.at(-1)).toMatchObject({ path: "", code: "RUN_UNKNOWN" });
    expect(JSON.stringify(late.audit) + late.logs.join("")).not.toContain(own.real);
    agent.destroy();
    await late.close();
  });
});

describe("a request that would be written down with the key in it, where no path is", () => {
  const names = [
    [own.real, "KEY_LEAK"],
    [foreign.real, "KEY_LEAK"],
    [foreign.given, "PLACEHOLDER_LEAK"],
  ] as const;

  it.each(names)("is refused before the name is looked up, in CONNECT and in a whole URL", async (text, code) => {
    const name = `x-${text}.attacker.test`;
    const { head, socket } = await openConnect(rig, `${name}:443`, proxyAuthorization(run));
    socket.destroy();
    expect(head).toMatch(/^HTTP\/1.1 403 /);
    expect(rig.audit.at(-1)).toMatchObject({ kind: "denied", code, host: null });
    const whole = connectTcp(rig.proxy.port, "127.0.0.1");
    whole.end(
      `GET http://${name}/ HTTP/1.1\r\nHost: ${name}\r\nProxy-Authorization: ${proxyAuthorization(run)}\r\nConnection: close\r\n\r\n`,
    );
    const answer = String(Buffer.concat(await whole.toArray()));
    expect([answer.startsWith("HTTP/1.1 403 "), answer.includes(code)]).toEqual([true, true]);
    expect(answer.toLowerCase()).not.toContain(text.toLowerCase());
    expect(JSON.stringify(rig.audit).toLowerCase()).not.toContain(text.toLowerCase());
  });

  it("is recorded without the method that it was refused for", async () => {
    const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const { connect: connectTls } = await import("node:tls");
    const secured: TLSSocket = connectTls({ socket, servername: HOST, ca: rig.caPem, ALPNProtocols: ["h2"] });
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured });
    const stream = session.request({ ":method": own.real, ":path": "/" });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    expect(headers[":status"]).toBe(400);
    await expect.poll(() => rig.audit.at(-1)).toMatchObject({ code: "REQUEST_MALFORMED" });
    expect(JSON.stringify(rig.audit)).not.toContain(own.real);
    session.destroy();
  });
});
