// A 401 for a credential that can be renewed: one renewal, one second try, in every lane a request can take, and nothing of it when the
// request cannot be sent twice or the credential was the child's own.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import type { Agent } from "node:https";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { KeywardError } from "../../../src/core/errors.ts";
import { MAX_KEPT_BYTES } from "../../../src/proxy/renewal/replayable-body.ts";
import { LANES, forLane, readAnswer, sendRaw } from "../../support/lanes.ts";
import { makeProvider, openConnect, openTls, proxyAgent, proxyAuthorization, send } from "../../support/proxy-rig.ts";
import { type AfterRefusal, RENEWAL_HOST as HOST, type RenewalRig, renews, startRenewalRig } from "../../support/renewal-rig.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function rigWith(afterRefusal: AfterRefusal = renews): Promise<RenewalRig> {
  const at = await startRenewalRig({ afterRefusal });
  open.push(at);
  return at;
}

function agentOf(at: RenewalRig): Agent {
  const agent = proxyAgent(at.rig, at.run);
  open.push({ close: () => agent.destroy() });
  return agent;
}

const tokensOf = (at: RenewalRig): string[] => at.heard.map(({ authorization }) => authorization);
const BOTH = ["Bearer old", "Bearer new"];

async function http2Session(at: RenewalRig): Promise<ClientHttp2Session> {
  const { socket } = await openConnect(at.rig, `${HOST}:443`, proxyAuthorization(at.run));
  const secured = connectTls({ socket, servername: HOST, ca: at.rig.caPem, ALPNProtocols: ["h2"] });
  await once(secured, "secureConnect");
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured });
  session.on("error", () => undefined);
  open.push({ close: () => session.destroy() });
  return session;
}

async function overHttp2(session: ClientHttp2Session, body: Buffer): Promise<{ status: unknown; body: Buffer }> {
  const stream = session.request({ ":path": "/v1", ":method": "POST" });
  stream.end(body);
  const [head] = (await once(stream, "response")) as [Record<string, unknown>];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { status: head[":status"], body: Buffer.concat(chunks) };
}

describe("a request whose token the upstream refuses", () => {
  it("is sent again with the new token, and the audit shows both tries", async () => {
    const at = await rigWith();
    const agent = agentOf(at);
    expect(await send(agent, { host: HOST, path: "/v1?x=1" })).toMatchObject({ status: 200 });
    expect(tokensOf(at)).toEqual(BOTH);
    const lines = at.rig.audit.filter(({ kind }) => kind === "request");
    expect(lines.map(({ isRelease, status }) => (isRelease ? "release" : status))).toEqual(["release", 401, "release", 200]);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(1);
    expect(at.run.counts).toEqual({ requests: 1, denied: 0 });
    expect(await send(agent, { host: HOST, path: "/v1" })).toMatchObject({ status: 200 });
    expect(at.heard).toHaveLength(3);
  });

  it.each(LANES.flatMap((lane) => ["length", "chunked"].map((framing) => [lane, framing] as const)))(
    "is sent with the same body from the %s lane, framed by %s",
    async (lane, framing) => {
      const at = await rigWith();
      const body = randomBytes(40_000)
        .toString("hex")
        .slice(0, MAX_KEPT_BYTES - 10);
      const framed =
        framing === "length"
          ? `Content-Length: ${body.length}\r\n\r\n${body}`
          : `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const raw = forLane(lane, `POST /v1 HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n${framed}`);
      const answer = readAnswer(await sendRaw({ rig: at.rig, run: at.run, host: HOST }, raw));
      expect(answer).toMatchObject({ status: 200, body, isCut: false });
      expect(tokensOf(at)).toEqual(BOTH);
      expect(at.heard.map((one) => one.body.toString())).toEqual([body, body]);
    },
  );

  it("is sent again over HTTP/2 on both sides, a hundred at once", async () => {
    const at = await rigWith();
    const session = await http2Session(at);
    const bodies = Array.from({ length: 100 }, () => randomBytes(500));
    const answers = await Promise.all(bodies.map((body) => overHttp2(session, body)));
    expect(answers).toEqual(bodies.map((body) => ({ status: 200, body })));
    expect(new Set(at.heard.map(({ httpVersion }) => httpVersion))).toEqual(new Set(["2.0"]));
  });

  it("is sent again when it is a WebSocket handshake", async () => {
    const at = await rigWith();
    const tunnel = await openTls(at.rig, at.run, { host: HOST });
    const socket = new WebSocket(`wss://${HOST}/`, { createConnection: (() => tunnel) as never });
    await once(socket, "open");
    socket.send("hello");
    const [data] = (await once(socket, "message")) as [Buffer];
    expect(data.toString()).toBe("hello");
    expect(tokensOf(at)).toEqual(BOTH);
    socket.terminate();
    await expect.poll(() => at.rig.audit.map(({ isRelease, status }) => (isRelease ? "release" : status))).toContain(101);
    expect(at.rig.audit.map(({ status }) => status)).toContain(401);
  });

  it("is sent again with a body that the token stands in", async () => {
    const provider = makeProvider({
      id: "acme",
      endpoints: [{ host: HOST }],
      inject: [[{ in: "form", name: "token", template: "{key}" }]],
    });
    const at = await startRenewalRig({ provider });
    open.push(at);
    const body = `a=1&token=${at.connection.binding.placeholders["key"]}&b=2`;
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
    expect(await send(agentOf(at), { host: HOST, method: "POST", headers, body })).toMatchObject({
      status: 200,
      body: "a=1&token=new&b=2",
    });
    expect(at.heard.map((one) => one.body.toString())).toEqual(["a=1&token=old&b=2", "a=1&token=new&b=2"]);
  });

  it("is asked for its body once when it waits for the upstream's word", async () => {
    const at = await rigWith();
    at.isEarly = true;
    const head = `POST /v1 HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`;
    const socket = await openTls(at.rig, at.run, { host: HOST });
    let heard = "";
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      if (heard.endsWith("100 Continue\r\n\r\n")) socket.write("hello");
    });
    socket.write(head);
    await once(socket, "close");
    expect(heard.match(/100 Continue/g)).toHaveLength(1);
    expect(readAnswer(heard)).toMatchObject({ status: 200, body: "hello" });
  });

  it("in the midst of whose upload the refusal comes goes on where the client is", async () => {
    const at = await rigWith(async (rig, refusal) => {
      socket.write("c".repeat(10_000));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return renews(rig, refusal);
    });
    at.isEarly = true;
    const socket = await openTls(at.rig, at.run, { host: HOST });
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1")));
    socket.write(`POST /v1 HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 230000\r\nConnection: close\r\n\r\n${"a".repeat(20_000)}`);
    await expect.poll(() => at.heard.length).toBeGreaterThan(0);
    await expect.poll(() => at.token).toBe("new");
    socket.write("b".repeat(200_000));
    await once(socket, "close");
    expect(readAnswer(heard)?.body).toBe("a".repeat(20_000) + "c".repeat(10_000) + "b".repeat(200_000));
  });
});

describe("a 401 is passed on as it came", () => {
  it("when the new token is refused too, and that is reported", async () => {
    const at = await rigWith();
    at.good = "neither";
    const reply = await send(agentOf(at), { host: HOST });
    expect(reply).toMatchObject({ status: 401, body: "who are you?", headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
    expect(at.refusals.map(({ isSecond }) => isSecond)).toEqual([false, true]);
    expect(tokensOf(at)).toEqual(BOTH);
  });

  it.each([
    ["a short one", 12],
    ["a long one", 3_000_000],
  ])("when there is no new token, %s whole", async (_what, bytes) => {
    const at = await rigWith(() => new Promise((resolve) => setTimeout(resolve, 30, false)));
    at.refusalBody = Buffer.alloc(bytes, "x");
    const reply = await send(agentOf(at), { host: HOST });
    expect(reply.status).toBe(401);
    expect(reply.body.length).toBe(bytes);
    const { status, body } = await overHttp2(await http2Session(at), Buffer.from("x"));
    expect([status, body.length]).toEqual([401, bytes]);
  });

  it("when the body is too long to be sent twice; the next request has the new token", async () => {
    const at = await rigWith();
    const agent = agentOf(at);
    const body = "x".repeat(MAX_KEPT_BYTES + 1);
    expect(await send(agent, { host: HOST, method: "POST", body })).toMatchObject({ status: 401 });
    expect(at.refusals).toHaveLength(1);
    expect(await send(agent, { host: HOST, method: "POST", body })).toMatchObject({ status: 200, body });
    expect(tokensOf(at)).toEqual(BOTH);
  });

  it("when it was for the child's own credential, which nobody renews", async () => {
    const at = await rigWith();
    const reply = await send(agentOf(at), { host: HOST, headers: { Authorization: "Bearer my-own" } });
    expect(reply.status).toBe(401);
    expect(tokensOf(at)).toEqual(["Bearer my-own"]);
    expect(at.refusals).toEqual([]);
  });

  it("when the WebSocket handshake is refused with the new token too", async () => {
    const at = await rigWith();
    at.good = "neither";
    const tunnel = await openTls(at.rig, at.run, { host: HOST });
    const socket = new WebSocket(`wss://${HOST}/`, { createConnection: (() => tunnel) as never });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain("401");
    expect(at.heard).toHaveLength(2);
  });
});

describe("while the token is renewed", () => {
  it("a login that turns out to be over is said in place of the 401", async () => {
    const at = await rigWith(() => Promise.reject(new KeywardError("LOGIN_EXPIRED", "over", { hint: "keyward login acme --force" })));
    const reply = await send(agentOf(at), { host: HOST });
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "LOGIN_EXPIRED", hint: "keyward login acme --force" } });
  });

  it("a client that goes away takes its request along", async () => {
    let renewed: () => void = () => undefined;
    const at = await rigWith(() => new Promise((resolve) => (renewed = () => resolve(true))));
    const socket = await openTls(at.rig, at.run, { host: HOST });
    socket.write(`GET /v1 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    await expect.poll(() => at.refusals.length).toBe(1);
    socket.destroy();
    await once(socket, "close");
    await new Promise((resolve) => setTimeout(resolve, 50));
    renewed();
    await expect.poll(() => at.rig.audit.filter(({ isRelease, status }) => !isRelease && status !== 401).length).toBe(1);
    expect(at.heard).toHaveLength(1);
  });
});
