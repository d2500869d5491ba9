// How large a head may be: a target of 64 KiB fits, what is over the limit is told so by code, and the limit of one run's request is never
// another's trouble. Both lanes, and HTTP/2.
import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lane, LANES } from "../../support/lanes.ts";
import { openTls } from "../../support/proxy-rig.ts";
import { HOST, type RawRig, startRawRig } from "../../support/raw-rig.ts";

const KIB = 1024;
const TOO_LARGE = /^HTTP\/1\.1 431 [^]*REQUEST_TOO_LARGE/;
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

let at: RawRig;
let answer = OK;
beforeAll(async () => {
  at = await startRawRig({ onRequest: ({ socket }) => void socket.write(answer) });
});
afterAll(() => at.close());

const long = (length: number): string => `/${"a".repeat(length - 1)}`;

describe.each(LANES)("the %s lane", (lane: Lane) => {
  it("carries a target of 64 KiB", async () => {
    answer = OK;
    expect(await at.ask(lane, `GET ${long(64 * KIB)} HTTP/1.1`)).toMatchObject({ status: 200, body: "ok" });
    expect(at.upstream.requests.at(-1)?.line).toBe(`GET ${long(64 * KIB)} HTTP/1.1`);
  });

  it.each([
    ["a target over the limit", `GET ${long(100 * KIB)} HTTP/1.1`],
    ["a field of a megabyte", `GET / HTTP/1.1\r\nX: ${"a".repeat(KIB * KIB)}`],
    ["fields without end", `GET / HTTP/1.1\r\n${Array.from({ length: 20_000 }, () => "X: aaaaaaaa").join("\r\n")}`],
  ])("refuses %s by code, on the record", async (_what, request) => {
    const before = at.upstream.requests.length;
    expect(await at.say(lane, request)).toMatch(TOO_LARGE);
    await expect
      .poll(() => at.rig.audit.at(-1))
      .toMatchObject({ kind: "denied", code: "REQUEST_TOO_LARGE", status: 431, runId: at.run.run.id });
    expect(at.upstream.requests.length).toBe(before);
  });

  it("carries an answer's head of 100 KiB and refuses one without end", async () => {
    answer = `HTTP/1.1 200 OK\r\nX: ${"a".repeat(100 * KIB)}\r\nContent-Length: 2\r\n\r\nok`;
    expect(await at.ask(lane, "GET / HTTP/1.1")).toMatchObject({ status: 200, body: "ok" });
    answer = `HTTP/1.1 200 OK\r\nX: ${"a".repeat(KIB * KIB)}\r\n\r\n`;
    expect(await at.say(lane, "GET / HTTP/1.1")).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_BROKEN/);
  });
});

describe("CONNECT", () => {
  it("with a head over the limit is told so", async () => {
    const socket = connectTcp(at.rig.proxy.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nX: ${"a".repeat(KIB * KIB)}\r\n\r\n`);
    let heard = "";
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toMatch(TOO_LARGE);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ kind: "denied", code: "REQUEST_TOO_LARGE", runId: null });
  });
});

describe("HTTP/2", () => {
  it("carries a target of 64 KiB, and ends a stream whose head is over the limit without harm to the next", async () => {
    answer = OK;
    const session = async () => {
      const secured = await openTls(at.rig, at.run, { host: HOST, protocols: ["h2"] });
      const made = connectHttp2(`https://${HOST}`, { createConnection: () => secured, maxSendHeaderBlockLength: 4 * KIB * KIB });
      made.on("error", () => undefined);
      return made;
    };
    const first = await session();
    const fitting = first.request({ ":path": long(64 * KIB) });
    const [headers] = await once(fitting, "response");
    expect(headers[":status"]).toBe(200);
    const second = await session();
    const over = second.request({ ":path": "/", x: "a".repeat(KIB * KIB) });
    over.on("error", () => undefined);
    await new Promise((resolve) => over.once("close", resolve));
    expect(over.rstCode).not.toBe(constants.NGHTTP2_NO_ERROR);
    const again = first.request({ ":path": "/again" });
    const [next] = await once(again, "response");
    expect(next[":status"]).toBe(200);
    first.destroy();
    second.destroy();
  });
});
