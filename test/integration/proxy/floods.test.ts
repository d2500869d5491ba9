// HTTP/2 floods (CVE-2023-44487, CVE-2024-27983 and their kin): thousands of frames that cost the sender nothing. The connection ends,
// the process lives, and another run's request is answered meanwhile. scripts/flood.mjs sends ten times
// as many to the real daemon and measures its memory.
import { once } from "node:events";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flood, FLOODS } from "../../../scripts/load/http2-floods.mjs";
import { readAnswer, sendRaw } from "../../support/lanes.ts";
import {
  bearerProvider,
  makeConnection,
  openConnect,
  proxyAuthorization,
  type Rig,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";
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

async function openHttp2(run: RigRun): Promise<TLSSocket> {
  const { socket } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
  const secured = connectTls({ socket, servername: HOST, ca: rig.caPem, ALPNProtocols: ["h2"] });
  await once(secured, "secureConnect");
  return secured;
}

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
