// Expect: 100-continue (RFC 9110 §10.1.1): the upstream is asked before the client sends its body, so one that refuses is heard in time.
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { runProgram } from "../../support/child/run-program.ts";
import { describeWithClients } from "../../support/clients.ts";
import { readAnswer } from "../../support/lanes.ts";
import { exchangeRaw, openTls, proxyAuthorization } from "../../support/proxy-rig.ts";
import { HOST, type RawRig, startRawRig } from "../../support/raw-rig.ts";
import type { RawUpstreamOptions } from "../../support/raw-upstream.ts";
import { Arrivals } from "../../support/wait.ts";

let at: RawRig;
const open: { destroy(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) thing.destroy();
  await at.close();
});

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const refusal = (status: number): string => `HTTP/1.1 ${status} No\r\nContent-Length: 2\r\nX-Why: upstream\r\n\r\nno`;
const head = (length: number): string => `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`;

async function setUp(options: Omit<RawUpstreamOptions, "hosts">): Promise<TLSSocket> {
  at = await startRawRig(options);
  const socket = await openTls(at.rig, at.run, { host: HOST });
  open.push(socket);
  return socket;
}

describe("a client that asks before it sends its body", () => {
  it("hears 100 when the upstream has said it, and no sooner", async () => {
    const asked = new Arrivals<TLSSocket>();
    const socket = await setUp({
      onHead: ({ socket: from }) => asked.arrive(from),
      onRequest: ({ socket: to }) => void to.write(ANSWER),
    });
    const heard: string[] = [];
    socket.on("data", (chunk: Buffer) => heard.push(chunk.toString()));
    socket.write(head(4));
    const upstream = await asked.next();
    expect(heard).toEqual([]);
    upstream.write("HTTP/1.1 100 Continue\r\n\r\n");
    await expect.poll(() => heard.join("")).toMatch(/^HTTP\/1\.1 100 /);
    socket.write("body");
    await expect.poll(() => heard.join("")).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
    const seen = await at.upstream.nextRequest();
    expect(seen.payload.toString()).toBe("body");
    expect(seen.fields).toEqual(expect.arrayContaining(["Expect", "100-continue", `Bearer ${at.connection.secrets["key"]}`]));
  });

  it.each([417, 401, 413])("hears an upstream's %i without having sent a byte of it, and the connection ends", async (status) => {
    const gone = new Arrivals<void>();
    const socket = await setUp({
      onHead: ({ socket: to }) => {
        to.on("close", () => gone.arrive());
        to.write(refusal(status));
      },
    });
    const heard = await exchangeRaw(socket, head(1_000_000));
    expect(readAnswer(heard)).toMatchObject({
      status,
      body: "no",
      rest: "",
      fields: expect.arrayContaining(["X-Why", "upstream", "close"]),
    });
    await gone.next();
    expect(at.upstream.requests).toEqual([]);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, status, bytesUp: 0, code: null });
  });

  it("may send it all the same when it is tired of waiting", async () => {
    const asked = new Arrivals<void>();
    const socket = await setUp({ onHead: () => asked.arrive(), onRequest: ({ socket: to }) => void to.write(ANSWER) });
    socket.write(head(4));
    await asked.next();
    expect(await exchangeRaw(socket, "body", /ok$/)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it("is refused by keyward before the upstream is asked", async () => {
    const socket = await setUp({});
    expect(await exchangeRaw(socket, head(4).replace(HOST, "evil.test"))).toMatch(/^HTTP\/1\.1 421 [^]*HOST_MISMATCH/);
    expect(at.upstream.connections).toEqual([]);
  });

  it("is heard in absolute form, too", async () => {
    await setUp({ onHead: ({ socket: to }) => void to.write(refusal(417)) });
    const socket = connectTcp(at.rig.proxy.port, "127.0.0.1");
    open.push(socket);
    const auth = `Proxy-Authorization: ${proxyAuthorization(at.run)}\r\n`;
    socket.write(head(4).replace("POST / ", `POST https://${HOST}/ `).replace("\r\n\r\n", `\r\n${auth}\r\n`));
    let heard = "";
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toMatch(/^HTTP\/1\.1 417 /);
  });

  it("keeps its connection when it has sent what was asked for", async () => {
    const socket = await setUp({
      onHead: ({ socket: to, fields }) => void (fields.includes("Expect") && to.write("HTTP/1.1 100 Continue\r\n\r\n")),
      onRequest: ({ socket: to }) => void to.write(ANSWER),
    });
    expect(await exchangeRaw(socket, head(4), /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 100 /);
    expect(await exchangeRaw(socket, "body", /ok$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchangeRaw(socket, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, /ok$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(at.upstream.connections).toHaveLength(1);
  });
});

describe("over HTTP/2", () => {
  async function session(): Promise<ClientHttp2Session> {
    const secured = await openTls(at.rig, at.run, { host: HOST, protocols: ["h2"] });
    const made = connectHttp2(`https://${HOST}`, { createConnection: () => secured });
    open.push(made);
    return made;
  }

  it("the upstream is asked first as well", async () => {
    const asked = new Arrivals<TLSSocket>();
    await setUp({ onHead: ({ socket }) => asked.arrive(socket), onRequest: ({ socket }) => void socket.write(ANSWER) });
    const stream = (await session()).request({ ":method": "POST", expect: "100-continue" });
    let isContinued = false;
    stream.on("continue", () => (isContinued = true));
    const upstream = await asked.next();
    expect(isContinued).toBe(false);
    upstream.write("HTTP/1.1 100 Continue\r\n\r\n");
    await once(stream, "continue");
    stream.end("body");
    const [headers] = await once(stream, "response");
    expect(headers[":status"]).toBe(200);
    expect((await at.upstream.nextRequest()).payload.toString()).toBe("body");
  });

  it("a refusal is heard before the body is sent", async () => {
    await setUp({ onHead: ({ socket }) => void socket.write(refusal(417)) });
    const stream = (await session()).request({ ":method": "POST", expect: "100-continue" });
    const [headers] = await once(stream, "response");
    expect(headers[":status"]).toBe(417);
    expect(at.upstream.requests).toEqual([]);
  });
});

describeWithClients(["curl"], "curl", () => {
  it.each(["--http1.1", "--http2"])("%s uploads nothing that an upstream has refused", async (version) => {
    await setUp({ onHead: ({ socket, fields }) => void (fields.includes("100-continue") ? socket.write(refusal(413)) : socket.destroy()) });
    const args = [
      "-sS",
      version,
      "--proxy",
      `http://${at.run.run.id}:${at.run.token}@127.0.0.1:${at.rig.proxy.port}`,
      "--proxy-cacert",
      "/dev/null",
    ];
    const send = ["-k", "-H", "Expect: 100-continue", "--expect100-timeout", "30", "--data-binary", "@/bin/sh"];
    const { stdout } = await runProgram("curl", [...args, ...send, "-w", " %{http_code} %{size_upload}", `https://${HOST}/`], {
      PATH: process.env["PATH"] ?? "",
    });
    expect(stdout).toBe("no 413 0");
  });
});
