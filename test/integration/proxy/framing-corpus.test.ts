// 1,934 raw requests made to be read differently by different servers (smuggler's mutations, llhttp's fixtures), each sent down an
// intercepted connection: what reaches the upstream is canonical or nothing at all, and as many requests arrive as were recorded.
// Sources of the vectors: defparam/smuggler, nodejs/llhttp. `exp` is what llhttp's own tests expect of a strict parser.
import { readFileSync } from "node:fs";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCanonicalRequests } from "../../support/canonical-request.ts";
import { bearerProvider, makeConnection, openTls, type Rig, type RigConnection, type RigRun, startRig } from "../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

interface Vector {
  readonly id: string;
  readonly raw: string;
  readonly exp?: "ok" | "error";
}

const HOST = "api.acme.test";
const vectors = JSON.parse(readFileSync(new URL("../../vectors/http1-corpus.json", import.meta.url), "utf8")) as Vector[];
/** Nearly every vector is answered; the few that are cut short wait for more, and this long for us. */
const SILENCE_MS = 4_000;
/** After the first bytes of an answer there may be a second one. */
const AFTER_ANSWER_MS = 50;
const LANES = 16;

let upstream: TlsUpstream;
let rig: Rig;
let run: RigRun;
let connection: RigConnection;

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST] });
  rig = await startRig({ upstreams: [upstream] });
  connection = makeConnection(bearerProvider);
  run = rig.addRun([connection]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

/** Sends the bytes and gives back everything that was answered until the connection closed or fell silent. */
function replay(socket: TLSSocket, raw: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    let timer = setTimeout(done, SILENCE_MS);
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      clearTimeout(timer);
      timer = setTimeout(done, AFTER_ANSWER_MS);
    });
    socket.on("error", done);
    socket.on("close", done);
    socket.write(Buffer.from(raw.replaceAll("__URL__", "/path").replaceAll("__HOSTPORT__", HOST), "latin1"));
  });
}

describe("the framing corpus", () => {
  it("never lets anything but canonical requests through, and records every one", { timeout: 300_000 }, async () => {
    const answers = new Map<string, string>();
    const queue = [...vectors];
    const lane = async (): Promise<void> => {
      for (let vector = queue.shift(); vector !== undefined; vector = queue.shift()) {
        const socket = await openTls(rig, run, { host: HOST });
        answers.set(vector.id, await replay(socket, vector.raw));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));

    const arrived = (): number => upstream.connections.flatMap((seen) => readCanonicalRequests(seen.bytes())).length;
    const released = (): number => rig.audit.filter(({ isRelease }) => isRelease).length;
    const key = connection.secrets["key"] ?? "";
    expect([...answers.values()].filter((answer) => answer.includes(key))).toEqual([]);
    expect(rig.logs.filter((line) => line.includes('"error"'))).toEqual([]);
    await expect.poll(() => released() - arrived()).toBe(0);
    expect(arrived()).toBeGreaterThan(0);

    const accepted = vectors.filter(({ exp, id }) => exp === "error" && answers.get(id)?.startsWith("HTTP/1.1 2") === true);
    expect(accepted.map(({ id }) => id)).toEqual([]);
    const unanswered = vectors.filter(({ exp, id }) => exp === "ok" && !/^(?:HTTP\/1\.1 \d{3} |$)/.test(answers.get(id) ?? ""));
    expect(unanswered.map(({ id }) => id)).toEqual([]);
    expect(answers.size).toBe(new Set(vectors.map(({ id }) => id)).size);
  });
});
