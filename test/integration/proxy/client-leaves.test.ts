// Clients that leave while keyward is busy for them: whatever was under way at the upstream ends, the request has its line, nobody else notices.
// The upstream is reached through a gate, so that the client leaves exactly while it is dialled.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { constants } from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { closeAll, open, openSession } from "../../support/http2-rig.ts";
import { fieldValues } from "../../support/lanes.ts";
import { openTls, proxyAuthorization } from "../../support/proxy-rig.ts";
import { HOST, type RawRig, startRawRig } from "../../support/raw-rig.ts";
import { withLimit } from "../../support/wait.ts";

afterEach(closeAll);

interface GatedRig extends RawRig {
  /** The proxy has dialled. */
  readonly dialled: Promise<unknown>;
  openGate(): void;
}

/** An upstream that accepts every WebSocket, behind a gate that lets nothing through until it is opened. */
async function gatedRig(): Promise<GatedRig> {
  const at = await startRawRig({
    onRequest({ socket, fields }) {
      const [key = ""] = fieldValues(fields, "sec-websocket-key");
      const accepted = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accepted}\r\n\r\n`,
      );
    },
  });
  let openGate = (): void => undefined;
  const opened = new Promise<void>((resolve) => (openGate = resolve));
  const gate: Server = createServer((near: Socket) => {
    near.on("error", () => undefined);
    void opened.then(() => {
      const far = connect(at.upstream.port, "127.0.0.1").on("error", () => undefined);
      near.pipe(far).pipe(near);
      near.once("close", () => far.destroy());
    });
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  at.rig.settings.resolve = [`${HOST}:443=127.0.0.1:${(gate.address() as AddressInfo).port}`];
  open.push(at, { close: () => gate.close() });
  return { ...at, dialled: once(gate, "connection"), openGate };
}

/** The gate opens, the dial comes to its end, and nothing is left of it. */
async function expectNothingLeft(at: GatedRig): Promise<void> {
  at.openGate();
  await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, kind: "request", code: "UPSTREAM_BROKEN" });
  await expect.poll(() => at.upstream.wires.map(({ destroyed }) => destroyed)).toEqual([true]);
  expect(at.upstream.requests).toEqual([]);
  expect(at.rig.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
}

const HANDSHAKE = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

describe("a client that asks for a WebSocket and leaves before there is an upstream", () => {
  it("over HTTP/1.1, leaves nothing behind", async () => {
    const at = await gatedRig();
    const client = await openTls(at.rig, at.run, { host: HOST });
    client.write(HANDSHAKE);
    await at.dialled;
    client.destroy();
    await expectNothingLeft(at);
  });

  it.each([constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR])("over HTTP/2 with the code %i, leaves nothing behind", async (code) => {
    const at = await gatedRig();
    const session = await openSession(at);
    await once(session, "remoteSettings");
    const head = { ":method": "CONNECT", ":protocol": "websocket", ":path": "/", ":scheme": "https", ":authority": HOST };
    const stream = session.request({ ...head, "sec-websocket-version": "13" });
    stream.on("error", () => undefined);
    await at.dialled;
    const closed = new Promise((resolve) => stream.once("close", resolve));
    stream.close(code);
    await withLimit(closed, "the client's stream to close");
    await new Promise((resolve) => session.ping(() => resolve(null)));
    await expectNothingLeft(at);
  });
});

describe("a client that asks for a tunnel and leaves while it is dialled", () => {
  it("leaves a line in the audit, and nothing else", async () => {
    const parent = createServer().listen(0, "127.0.0.1");
    await once(parent, "listening");
    const at = await startRawRig({});
    open.push(at, { close: () => parent.close() });
    const url = new Secret(`http://127.0.0.1:${(parent.address() as AddressInfo).port}`);
    at.rig.settings.proxy = { url, source: "HTTPS_PROXY", noProxy: [] };
    const client = connect(at.rig.proxy.port, "127.0.0.1");
    client.write(`CONNECT other.test:443 HTTP/1.1\r\nHost: other.test\r\nProxy-Authorization: ${proxyAuthorization(at.run)}\r\n\r\n`);
    const [asked] = (await once(parent, "connection")) as [Socket];
    await once(asked, "data");
    const gone = once(client, "close");
    client.resetAndDestroy();
    await gone;
    asked.write("HTTP/1.1 200 OK\r\n\r\n");
    await expect
      .poll(() => at.rig.audit)
      .toMatchObject([{ kind: "denied", code: "UPSTREAM_BROKEN", host: "other.test", runId: at.run.run.id }]);
    await expect.poll(() => asked.resume().destroyed).toBe(true);
  });
});
