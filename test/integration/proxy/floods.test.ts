// HTTP/2 floods (CVE-2023-44487, CVE-2024-27983 and their kin): thousands of frames that cost the sender nothing. The connection ends,
// the process lives, and another run's request is answered meanwhile. scripts/flood.mjs sends ten times
// as many to the real daemon and measures its memory.
import { once } from "node:events";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flood, FLOODS } from "../../../scripts/load/http2-floods.mjs";
import { readAnswer, sendRaw } from "../../support/lanes.ts";
import { bearerProvider, makeConnection, openTls, type Rig, type RigRun, startRig } from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";
import { withLimit } from "../../support/wait.ts";

const HOST = "api.acme.test";
const FRAMES = 5_000;

let upstream: TlsUpstream;
let rig: Rig;
let attacker: RigRun;
let bystander: RigRun;

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST] });
  rig = await startRig({ upstreams: [upstream] });
  attacker = rig.addRun([makeConnection(bearerProvider)]);
  bystander = rig.addRun([makeConnection(bearerProvider)]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

const openHttp2 = (run: RigRun): Promise<TLSSocket> => openTls(rig, run, { host: HOST, protocols: ["h2"] });

const ask = async (run: RigRun) =>
  readAnswer(await sendRaw({ rig, run, host: HOST }, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`));

describe(`a flood of ${FRAMES} HTTP/2 frames`, () => {
  it.each(Object.keys(FLOODS))("of the kind %s keeps nobody else waiting", async (kind) => {
    const before = attacker.counts.requests;
    const flooding = flood(await openHttp2(attacker), { kind, count: FRAMES, host: HOST });
    expect(await withLimit(ask(bystander), "an answer for the other run")).toMatchObject({ status: 200, body: "ok" });
    const { isClosed } = await withLimit(flooding, "the end of the flood");
    expect(isClosed).toBe(true);
    expect(attacker.counts.requests - before).toBeLessThan(FRAMES / 2);
    expect(await ask(attacker)).toMatchObject({ status: 200, body: "ok" });
    expect(rig.logs.filter((line) => line.includes('"error"'))).toEqual([]);
  });
});

/** A request for a path without a slash, in HPACK (RFC 7541 §6): what HTTP/2 itself calls malformed. */
function malformedRequest(streamId: number): Buffer {
  const text = (name: number, value: string) => Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)]);
  const block = Buffer.concat([Buffer.from([0x82, 0x87]), text(0x04, "path"), text(0x01, HOST)]);
  const head = Buffer.alloc(9);
  head.writeUIntBE(block.length, 0, 3);
  head.set([0x01, 0x05], 3);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, block]);
}

it("requests that HTTP/2 calls malformed are reset unheard; too many of them end their connection, on the record", async () => {
  const run = rig.addRun([makeConnection(bearerProvider)]);
  const socket = await openHttp2(run);
  const closed = once(socket.on("error", () => undefined).resume(), "close");
  const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const requests = Array.from({ length: 150 }, (_none, at) => malformedRequest(2 * at + 1));
  socket.write(Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), emptySettings, ...requests]));
  await withLimit(closed, "the connection to end");
  const own = () => rig.audit.filter(({ runId }) => runId === run.run.id);
  await expect.poll(own).toMatchObject([{ kind: "denied", code: "REQUEST_MALFORMED", host: HOST }]);
});
