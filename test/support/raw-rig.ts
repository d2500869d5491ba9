// A rig whose one host is answered by a RawUpstream, and ways to ask it through either lane.
// In: the upstream's options. Out: rig, run, upstream and `ask`, which sends raw bytes and reads everything until the connection closes.
import type { ProxyPorts } from "../../src/proxy/ports.ts";
import { forLane, type Lane, type RawAnswer, readAnswer, sendRaw } from "./lanes.ts";
import { bearerProvider, makeConnection, type Rig, type RigConnection, type RigRun, startRig } from "./proxy-rig.ts";
import { type RawUpstream, type RawUpstreamOptions, startRawUpstream } from "./raw-upstream.ts";

export const HOST = "api.acme.test";

export interface RawRig {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly connection: RigConnection;
  readonly upstream: RawUpstream;
  /** Everything the client was answered; `request` is the line and fields without Host, `body` what follows. */
  say(lane: Lane, request: string, body?: string): Promise<string>;
  ask(lane: Lane, request: string, body?: string): Promise<RawAnswer | null>;
  close(): Promise<void>;
}

export async function startRawRig(options: Omit<RawUpstreamOptions, "hosts">, overrides: Partial<ProxyPorts> = {}): Promise<RawRig> {
  const upstream = await startRawUpstream({ hosts: [HOST], ...options });
  const rig = await startRig({ overrides });
  rig.settings.roots = [upstream.authority.certificatePem];
  rig.settings.resolve = upstream.resolveEntries([HOST]);
  const connection = makeConnection(bearerProvider);
  const run = rig.addRun([connection]);
  const say = (lane: Lane, request: string, body = ""): Promise<string> => {
    const lineEnd = request.includes("\r\n") ? request.indexOf("\r\n") : request.length;
    const fields = request.slice(lineEnd + 2);
    const head = `${request.slice(0, lineEnd)}\r\nHost: ${HOST}\r\n${fields === "" ? "" : `${fields}\r\n`}Connection: close\r\n\r\n`;
    return sendRaw({ rig, run, host: HOST }, forLane(lane, head) + body);
  };
  return {
    rig,
    run,
    connection,
    upstream,
    say,
    ask: async (lane, request, body) => readAnswer(await say(lane, request, body), request.split(" ", 1)[0]),
    async close() {
      await rig.close();
      await upstream.close();
    },
  };
}
