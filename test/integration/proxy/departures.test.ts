// Who leaves in the midst of an exchange: the other side hears of it at once, and the audit has one line for it, not two and not none.
import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forLane, LANES } from "../../support/lanes.ts";
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
const BODY_SIZE = 100_000;

let upstream: TlsUpstream;
let rig: Rig;
let run: RigRun;

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST] });
  rig = await startRig({ upstreams: [upstream] });
  run = rig.addRun([makeConnection(bearerProvider)]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

const leave = ["ends", "destroys", "resets"] as const;

describe.each(LANES)("a client that leaves within its body, in the %s lane", (lane) => {
  it.each(leave)("and %s its connection has one line, and the upstream hears of it", async (how) => {
    const arrived = upstream.connections.length;
    const before = rig.audit.length;
    const { socket: wire } = await openConnect(rig, `${HOST}:443`, proxyAuthorization(run));
    const socket = connectTls({ socket: wire, servername: HOST, ca: rig.caPem });
    socket.on("error", () => undefined);
    await once(socket, "secureConnect");
    socket.write(forLane(lane, `POST /up HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${BODY_SIZE}\r\n\r\nabc`));
    await expect.poll(() => upstream.connections.length).toBe(arrived + 1);
    if (how === "ends") socket.end();
    else if (how === "destroys") socket.destroy();
    else wire.resetAndDestroy();
    await withLimit(
      upstream.connections.at(-1)?.closed ?? Promise.reject(new Error("no connection")),
      "the upstream's connection to close",
    );
    const ends = () => rig.audit.slice(before).filter(({ isRelease }) => !isRelease);
    await expect.poll(ends).not.toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ends()).toMatchObject([{ kind: "request", method: "POST", path: "/up", code: "UPSTREAM_BROKEN", status: 502 }]);
  });
});
