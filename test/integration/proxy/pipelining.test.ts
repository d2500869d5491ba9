// Requests that a client sends before it has its answers, on one connection of HTTP/1.1: the answers come in their order, one after the other,
// whatever the later requests are. In the general lane, which reads ahead; the strict one takes one request after the other.
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { acceptKey } from "../../../src/proxy/upgrade.ts";
import { fieldValues, forLane } from "../../support/lanes.ts";
import { openTls } from "../../support/proxy-rig.ts";
import { HOST, type RawRig, startRawRig } from "../../support/raw-rig.ts";
import type { RawRequest } from "../../support/raw-upstream.ts";

let at: RawRig;
afterEach(() => at.close());

/** Every request but `/ws` waits for the test to answer it. */
const startPipelining = async (): Promise<RawRig> =>
  startRawRig({
    onRequest({ line, fields, socket }) {
      if (!line.startsWith("GET /ws ")) return;
      const [key = ""] = fieldValues(fields, "sec-websocket-key");
      const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
      socket.write(`${head}Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`);
    },
  });

const get = (path: string): string => forLane("general", `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
const upgrade = (protocol: string): string =>
  `GET /ws HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`;

interface Pipeline {
  readonly first: RawRequest;
  heard(): string;
  close(): void;
}

async function pipeline(...requests: string[]): Promise<Pipeline> {
  const client = await openTls(at.rig, at.run, { host: HOST });
  let heard = "";
  client.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1"))).on("error", () => undefined);
  client.write(requests.join(""));
  return { first: await at.upstream.nextRequest(), heard: () => heard, close: () => client.destroy() };
}

/** Long enough to fill every buffer on its way several times. */
const LONG = "x".repeat(8_000_000);

describe("behind a request that has no answer yet", () => {
  it.each([
    ["a WebSocket handshake", upgrade("websocket"), /^HTTP\/1\.1 101 /],
    ["another upgrade", upgrade("h2c"), /^HTTP\/1\.1 426 [^]*UPGRADE_UNSUPPORTED/],
    ["CONNECT", `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`, /^HTTP\/1\.1 405 [^]*METHOD_REFUSED/],
    ["what is no request", "nonsense\r\n\r\n", /^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED/],
  ])("%s waits for it, however long that answer is", async (_what, second, answer) => {
    at = await startPipelining();
    const { first, heard, close } = await pipeline(get("/slow"), second);
    first.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LONG.length}\r\n\r\n${LONG}`);
    await expect.poll(() => heard().slice(heard().lastIndexOf("xxx") + 3)).toMatch(answer);
    expect(heard()).toMatch(/^HTTP\/1\.1 200 /);
    expect(heard().split(LONG)).toHaveLength(2);
    close();
  });
});

describe("a client that leaves before it has its answers", () => {
  it("ends every one of them at the upstream, with a line each, also one that nobody could read yet", async () => {
    at = await startPipelining();
    const { first, close } = await pipeline(get("/slow"), get("/long"), get("/slow"));
    const second = await at.upstream.nextRequest();
    const third = await at.upstream.nextRequest();
    second.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LONG.length}\r\n\r\n${LONG}`);
    await expect.poll(() => second.socket.writableLength).toBeGreaterThan(0);
    close();
    for (const { socket } of [first, second, third]) await expect.poll(() => socket.destroyed).toBe(true);
    const ends = () => at.rig.audit.filter(({ isRelease }) => !isRelease).map(({ path, code }) => `${path} ${code}`);
    await expect.poll(() => ends().toSorted()).toEqual(["/long UPSTREAM_BROKEN", "/slow UPSTREAM_BROKEN", "/slow UPSTREAM_BROKEN"]);
  });
});
