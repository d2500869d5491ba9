// A client of HTTP/1.1 and an upstream that has HTTP/2 and nothing else: what the one protocol says is said in the other, from the first
// request on, in both lanes.
import type { ServerHttp2Stream } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";
import { beginOpen, closeAll, HOST, http2Rig, type Http2Rig } from "../../support/http2-rig.ts";
import { fieldValues, forLane, LANES, type Lane, readAnswer, sendRaw } from "../../support/lanes.ts";

afterEach(closeAll);

const says = (at: Http2Rig, lane: Lane, head: string, body = ""): Promise<string> =>
  sendRaw({ rig: at.rig, run: at.run, host: HOST }, forLane(lane, `${head}\r\nConnection: close\r\n\r\n`) + body);

async function echo(stream: ServerHttp2Stream): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  stream.additionalHeaders({ ":status": 103, link: "</a>" });
  stream.respond({ ":status": 201, "set-cookie": ["a=1", "b=2"] }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1" }));
  stream.end(Buffer.concat([Buffer.from("heard "), ...chunks]));
}

const ends = (at: Http2Rig) => at.rig.audit.filter(({ isRelease }) => !isRelease).map(({ status, code }) => [status, code]);

describe.each(LANES)("the %s lane", (lane) => {
  it("carries body, key and trailers, and the answer with its hints, cookies and trailers", async () => {
    const at = await http2Rig((stream) => void echo(stream));
    const chunks = "4\r\nbody\r\n0\r\nX-Up: 7\r\n\r\n";
    const heard = await says(at, lane, `POST /p?q=1 HTTP/1.1\r\nHost: ${HOST}\r\nX-A: 1\r\nTransfer-Encoding: chunked`, chunks);
    expect(heard).toMatch(/^HTTP\/1\.1 103 [^\r]*\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 201 Created\r\n/);
    const answer = readAnswer(heard);
    expect(answer).toMatchObject({ status: 201, body: "heard body", trailers: ["x-sum", "1"], isCut: false });
    expect(fieldValues(answer?.fields ?? [], "set-cookie")).toEqual(["a=1", "b=2"]);
    const { headers } = await at.seen.next();
    expect(headers).toMatchObject({ ":method": "POST", ":path": "/p?q=1", ":authority": HOST, "x-a": "1" });
    expect(headers["authorization"]).toBe(`Bearer ${at.connection.secrets["key"]}`);
    expect(headers["transfer-encoding"]).toBeUndefined();
  });

  it("asks for HTTP/2 at once when it has learnt that there is nothing else, and keeps the session", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 204 }, { endStream: true });
    });
    for (let time = 0; time < 3; time += 1) {
      expect(readAnswer(await says(at, lane, `GET / HTTP/1.1\r\nHost: ${HOST}`))).toMatchObject({ status: 204, body: "", isCut: false });
    }
    expect(at.sessions).toHaveLength(1);
    // The strict lane's own first try has a line: nothing of it has left.
    const first = lane === "strict" ? [[null, "UPSTREAM_TLS"]] : [];
    await expect.poll(() => ends(at)).toEqual([...first, [204, null], [204, null], [204, null]]);
  });

  it("gives the body whole that came while it found out, and the next request behind it", async () => {
    const at = await http2Rig((stream) => void echo(stream));
    const body = "x".repeat(300_000);
    const next = forLane(lane, `GET /next HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    const first = forLane(lane, `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${body.length}\r\n\r\n`);
    const heard = await sendRaw({ rig: at.rig, run: at.run, host: HOST }, `${first}${body}${next}`);
    expect(heard.includes(`heard ${body}`.slice(0, 1_000))).toBe(true);
    expect([...heard.matchAll(/x/g)].length).toBeGreaterThanOrEqual(body.length);
    expect(heard.match(/HTTP\/1\.1 201 /g)).toHaveLength(2);
    expect(((await at.seen.next()).headers[":path"], (await at.seen.next()).headers[":path"])).toBe("/next");
  });

  it("breaks off with an answer that breaks off", async () => {
    const at = await http2Rig((stream) => {
      beginOpen(stream);
      stream.write("part", () => stream.close(2));
    });
    const heard = await says(at, lane, `GET / HTTP/1.1\r\nHost: ${HOST}`);
    expect(readAnswer(heard)).toMatchObject({ status: 200, isCut: true });
    await expect.poll(() => ends(at).at(-1)).toEqual([200, "UPSTREAM_BROKEN"]);
  });
});
