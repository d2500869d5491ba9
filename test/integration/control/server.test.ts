import { mkdtempSync, statSync, unlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectControl, type ControlClient } from "../../../src/control/client.ts";
import { MAX_LINE_BYTES } from "../../../src/control/lines.ts";
import { PROTOCOL_VERSION } from "../../../src/control/protocol.ts";
import { type ControlServer, type MethodTable, type Session, startControlServer } from "../../../src/control/server.ts";
import { packageVersion } from "../../../src/control/version.ts";
import { KeywardError } from "../../../src/core/errors.ts";

const HELLO = { hello: { protocol: PROTOCOL_VERSION, version: packageVersion(), replace: false } };

let path = "";
let server: ControlServer | null = null;
let bugs: unknown[] = [];
let inFlight = 0;
const others: { close: () => void }[] = [];

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "kw-ctl-")), "s");
  bugs = [];
  inFlight = 0;
});

afterEach(async () => {
  for (const other of others.splice(0)) other.close();
  await server?.close(0);
  server = null;
});

async function serve(methods: Partial<MethodTable>, stepsAside = false): Promise<ControlServer> {
  server = await startControlServer({
    socketPath: path,
    methods: methods,
    greet: () => ({ protocol: PROTOCOL_VERSION, version: packageVersion(), pid: process.pid, stepsAside }),
    onCall: (change) => (inFlight += change),
    onBug: (_method, error) => bugs.push(error),
  });
  return server;
}

async function connected(): Promise<ControlClient> {
  const client = await connectControl(path);
  if (client === null) throw new Error("nobody listens");
  others.push(client);
  return client;
}

/** A peer that writes what it likes and reads lines. */
async function rawPeer(): Promise<{ socket: Socket; send: (line: string) => void; next: () => Promise<unknown>; ended: Promise<unknown> }> {
  const socket = connect(path);
  others.push({ close: () => socket.destroy() });
  socket.on("error", () => {});
  const ended = once(socket, "close");
  await once(socket, "connect");
  let text = "";
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const parts = text.split("\n");
    text = parts.pop() ?? "";
    for (const part of parts) (waiting.shift() ?? ((line) => lines.push(line)))(part);
  });
  const next = async (): Promise<unknown> =>
    JSON.parse(lines.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)))) as unknown;
  return { socket, send: (line) => socket.write(`${line}\n`), next, ended };
}

const listing: Partial<MethodTable> = { "run.list": () => ({ runs: [] }), "daemon.stop": () => ({}) };

describe("a call", () => {
  it("is answered with the method's result", async () => {
    await serve({ "connection.default": ({ provider }) => ({ previous: provider }) });
    const client = await connected();
    expect(await client.call("connection.default", { profile: null, provider: "openai", connection: "work" })).toEqual({
      previous: "openai",
    });
    expect(client.daemon).toMatchObject({ version: packageVersion(), pid: process.pid });
    expect(client.notice).toBeNull();
  });

  it("may overtake a slower one on the same connection", async () => {
    let release: () => void = () => {};
    await serve({
      ...listing,
      "provider.remove": () => new Promise((resolve) => (release = () => resolve({ removed: true }))),
    });
    const client = await connected();
    const slow = client.call("provider.remove", { provider: "x" });
    expect(await client.call("run.list", { profile: null })).toEqual({ runs: [] });
    expect(inFlight).toBe(1);
    release();
    expect(await slow).toEqual({ removed: true });
    expect(inFlight).toBe(0);
  });

  it("that fails brings code, hint and detail across", async () => {
    await serve({
      "run.list": () => {
        throw new KeywardError("ENV_CLASH", "two of them", { hint: "choose", detail: { name: "X", providers: ["a", "b"] } });
      },
    });
    const client = await connected();
    const failed = await client.call("run.list", { profile: null }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(KeywardError);
    expect(failed).toMatchObject({
      code: "ENV_CLASH",
      message: "two of them",
      hint: "choose",
      detail: { providers: ["a", "b"] },
      exitCode: 5,
    });
    expect(bugs).toEqual([]);
  });

  it("that meets a bug brings only the code across and leaves the daemon alive", async () => {
    const canary = `canary-${Math.random()}`;
    await serve({
      ...listing,
      "provider.remove": () => {
        throw new TypeError(canary);
      },
      "provider.test": async () => Promise.reject(new Error(canary)),
    });
    const client = await connected();
    for (const method of ["provider.remove", "provider.test"] as const) {
      const failed = await client.call(method, { provider: "x" }).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: "INTERNAL" });
      expect(JSON.stringify(failed) + String(failed)).not.toContain(canary);
    }
    expect(bugs.map((bug) => (bug as Error).message)).toEqual([canary, canary]);
    expect(await client.call("run.list", { profile: null })).toEqual({ runs: [] });
  });

  it("with params that do not fit is refused before the method", async () => {
    let calls = 0;
    await serve({ "run.list": () => (calls++, { runs: [] }) });
    const client = await connected();
    await expect(client.call("run.list", { profile: 7 } as never)).rejects.toMatchObject({ code: "USAGE" });
    expect(calls).toBe(0);
  });

  it("of a megabyte arrives whole", async () => {
    await serve({ "provider.validate": ({ text }) => ({ id: String(text.length), problems: [text] }) });
    const client = await connected();
    const text = "é".repeat(500_000);
    expect(await client.call("provider.validate", { path: "p", text })).toEqual({ id: "500000", problems: [text] });
  });

  it("too long to send fails by itself, the connection goes on", async () => {
    await serve({ ...listing, "provider.validate": () => ({ id: "x", problems: ["y".repeat(MAX_LINE_BYTES)] }) });
    const client = await connected();
    await expect(client.call("provider.validate", { path: "p", text: "z".repeat(MAX_LINE_BYTES) })).rejects.toMatchObject({
      code: "DAEMON_PROTOCOL",
    });
    await expect(client.call("provider.validate", { path: "p", text: "" })).rejects.toMatchObject({ code: "DAEMON_PROTOCOL" });
    expect(await client.call("run.list", { profile: null })).toEqual({ runs: [] });
  });
});

describe("a peer that speaks badly", () => {
  it.each([
    ["no JSON", "hello?"],
    ["no object", "[1]"],
    ["no id", '{"method":"run.list","params":{"profile":null}}'],
  ])("with %s gets one error and goes on", async (_what, line) => {
    await serve(listing);
    const peer = await rawPeer();
    peer.send(JSON.stringify(HELLO));
    await peer.next();
    peer.send(line);
    expect(await peer.next()).toMatchObject({ id: null, error: { code: "DAEMON_PROTOCOL" } });
    peer.send('{"id":"a","method":"run.list","params":{"profile":null}}');
    expect(await peer.next()).toEqual({ id: "a", result: { runs: [] } });
  });

  it("with an unknown method gets one error and goes on", async () => {
    await serve(listing);
    const peer = await rawPeer();
    peer.send(JSON.stringify(HELLO));
    await peer.next();
    for (const method of ["nope", "constructor", null]) {
      peer.send(JSON.stringify({ id: 1, method, params: {} }));
      expect(await peer.next()).toMatchObject({ id: 1, error: { code: "DAEMON_PROTOCOL" } });
    }
  });

  it("without a hello is told so and cut off", async () => {
    await serve(listing);
    const peer = await rawPeer();
    peer.send('{"id":1,"method":"run.list","params":{"profile":null}}');
    expect(await peer.next()).toMatchObject({ error: { code: "DAEMON_PROTOCOL" } });
    await peer.ended;
  });

  it("with a line that never ends is told so and cut off", async () => {
    await serve(listing);
    const peer = await rawPeer();
    peer.send(JSON.stringify(HELLO));
    await peer.next();
    peer.socket.write("x".repeat(MAX_LINE_BYTES + 1));
    expect(await peer.next()).toMatchObject({ id: null, error: { code: "DAEMON_PROTOCOL" } });
    await peer.ended;
  });

  it("of another protocol may only ask for the status and the end", async () => {
    await serve(listing);
    const peer = await rawPeer();
    peer.send(JSON.stringify({ hello: { protocol: 999, version: "9.9.9" } }));
    expect(await peer.next()).toMatchObject({ hello: { protocol: PROTOCOL_VERSION } });
    peer.send('{"id":1,"method":"run.list","params":{"profile":null}}');
    expect(await peer.next()).toMatchObject({ id: 1, error: { code: "DAEMON_PROTOCOL", hint: "keyward daemon restart" } });
    peer.send('{"id":2,"method":"daemon.stop","params":{}}');
    expect(await peer.next()).toEqual({ id: 2, result: {} });
  });
});

describe("the socket", () => {
  it("is for its owner alone, also under an open umask", async () => {
    const umask = process.umask(0);
    try {
      await serve(listing);
    } finally {
      process.umask(umask);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("that lost its file can be bound again while old connections go on", async () => {
    const listening = await serve(listing);
    const client = await connected();
    expect(listening.isListed()).toBe(true);
    unlinkSync(path);
    expect(listening.isListed()).toBe(false);
    expect(await connectControl(path)).toBeNull();
    await listening.relisten();
    expect(listening.isListed()).toBe(true);
    const second = await connected();
    for (const each of [client, second]) expect(await each.call("run.list", { profile: null })).toEqual({ runs: [] });
  });
});

describe("the end of a connection", () => {
  it("is told to the methods that asked for it, once", async () => {
    const ended: number[] = [];
    const sessions: Session[] = [];
    await serve({
      "run.list": (_params, session) => {
        sessions.push(session);
        session.onClosed(() => ended.push(session.id));
        return { runs: [] };
      },
    });
    const client = await connected();
    const other = await connected();
    await client.call("run.list", { profile: null });
    await other.call("run.list", { profile: null });
    client.close();
    await expect.poll(() => ended).toEqual([sessions[0]?.id]);
    sessions[0]?.onClosed(() => ended.push(-1));
    expect(ended).toEqual([sessions[0]?.id, -1]);
  });

  it("by the daemon rejects calls in flight and tells the client", async () => {
    const listening = await serve({ "run.list": () => new Promise(() => {}) });
    const client = await connected();
    const waiting = client.call("run.list", { profile: null });
    waiting.catch(() => {});
    await expect.poll(() => inFlight).toBe(1);
    await listening.close(10);
    await client.closed;
    await expect(waiting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
    await expect(client.call("run.list", { profile: null })).rejects.toMatchObject({ code: "DAEMON_GONE" });
  });

  it("says of every call that it did not take that it did not", async () => {
    let taken = 0;
    const listening = await serve({ "run.list": () => ({ runs: (taken++, []) }) });
    const client = await connected();
    await client.call("run.list", { profile: null });
    // Both sides live in this process: what is sent now is read only after the server has begun to end the connection.
    const late = Promise.allSettled([1, 2].map(() => client.call("run.list", { profile: null })));
    await listening.close(1_000);
    for (const settled of await late) expect(settled).toMatchObject({ status: "rejected", reason: { code: "DAEMON_GONE" } });
    expect(taken).toBe(1);
  });

  it("before the hello says nothing: whoever connects then finds nobody", async () => {
    const listening = await serve(listing);
    const peer = await rawPeer();
    let heard = "";
    peer.socket.on("data", (text: string) => (heard += text));
    await listening.close(1_000);
    await peer.ended;
    expect(heard).toBe("");
  });

  it("waits for a call in flight within the drain time", async () => {
    let release: () => void = () => {};
    const listening = await serve({ "run.list": () => new Promise((resolve) => (release = () => resolve({ runs: [] }))) });
    const client = await connected();
    const waiting = client.call("run.list", { profile: null });
    await expect.poll(() => inFlight).toBe(1);
    const closing = listening.close(60_000);
    release();
    expect(await waiting).toEqual({ runs: [] });
    await closing;
  });
});
