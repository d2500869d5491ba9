// Answers made to be read as two, or to leave bytes behind for the next request (response splitting, desynchronisation): the tricks of
// llhttp's and other parsers' response tests, from an upstream that means harm, through both lanes. The child never sees a second answer,
// the connection that carried the trick serves nobody again, and the next request gets its own answer.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forLane, LANES, type Lane, readAnswer, sendRaw } from "../../support/lanes.ts";
import { bearerProvider, makeConnection, type Rig, type RigRun, startRig } from "../../support/proxy-rig.ts";
import { type RawUpstream, startRawUpstream } from "../../support/raw-upstream.ts";
import { Arrivals, withLimit } from "../../support/wait.ts";

const HOST = "api.acme.test";
const POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

/** What becomes of it: `refused` = a 502 of keyward's own, `carried` = the one answer in it, `cut` = an answer that breaks off. */
type Fate = "refused" | "carried" | "cut";
const ok = (fields: string, body: string): string => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`;
const chunked = (body: string): string => ok("Transfer-Encoding: chunked\r\n", body);

const TRICKS: readonly (readonly [string, string, Fate])[] = [
  ["length and chunks", ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["chunks and length", ok("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["two lengths", ok("Content-Length: 5\r\nContent-Length: 0\r\n", `hello${POISON}`), "refused"],
  ["two equal lengths", ok("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "refused"],
  ["a list of lengths", ok("Content-Length: 5, 5\r\n", "hello"), "refused"],
  ["a signed length", ok("Content-Length: +5\r\n", "hello"), "refused"],
  ["a length in hex", ok("Content-Length: 0x5\r\n", "hello"), "refused"],
  ["a length that overflows", ok("Content-Length: 99999999999999999999\r\n", "hello"), "refused"],
  ["a length that is empty", ok("Content-Length:\r\n", "hello"), "refused"],
  ["chunks twice over", ok("Transfer-Encoding: chunked, chunked\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["chunks in two fields", ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["chunks and compression", ok("Transfer-Encoding: gzip, chunked\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["chunks that are not last", ok("Transfer-Encoding: chunked, identity\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["an unknown coding", ok("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${POISON}`), "refused"],
  ["lines that end in LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "refused"],
  ["one line that ends in LF", ok("X: a\nContent-Length: 2\r\n", "ok"), "refused"],
  ["a field folded over two lines", ok("X: a\r\n b\r\nContent-Length: 2\r\n", "ok"), "refused"],
  ["a folded length", ok("Content-Length:\r\n 2\r\n", "ok"), "refused"],
  ["a space before the colon", ok("Content-Length : 2\r\n", "ok"), "refused"],
  ["a field without a colon", ok("Content-Length 2\r\n", "ok"), "refused"],
  ["a field without a name", ok(": x\r\nContent-Length: 2\r\n", "ok"), "refused"],
  ["a NUL in a value", ok("X: a\0b\r\nContent-Length: 2\r\n", "ok"), "refused"],
  ["a CR in a value", ok("X: a\rb\r\nContent-Length: 2\r\n", "ok"), "refused"],
  ["an odd version", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "refused"],
  ["another protocol", "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok", "refused"],
  ["no status", "HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nok", "refused"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", "refused"],
  ["noise", "\0\x01\x02noise\r\n\r\n", "refused"],
  ["HTTP/1.0 with chunks", `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${POISON}`, "refused"],
  [
    "a switch nobody asked for",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x02hi",
    "refused",
  ],
  ["proxy credentials asked for", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "refused"],
  ["hints without end", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(5_000), "refused"],
  ["a second answer behind a length", ok("Content-Length: 5\r\n", `hello${POISON}`), "carried"],
  ["a second answer behind chunks", chunked(`5\r\nhello\r\n0\r\n\r\n${POISON}`), "carried"],
  ["a second answer behind 204", `HTTP/1.1 204 No Content\r\n\r\n${POISON}`, "carried"],
  ["a second answer behind 304", `HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n${POISON}`, "carried"],
  ["noise behind a length", ok("Content-Length: 5\r\n", "hello\0\0\0"), "carried"],
  ["a signed chunk", chunked("+5\r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk in 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk size and a space", chunked("5 \r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk size that overflows", chunked("fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk size that is no number", chunked("xyz\r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk line that ends in LF", chunked("5\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk longer than it says", chunked("3\r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a chunk extension with a control byte", chunked("5;a\0\r\nhello\r\n0\r\n\r\n"), "cut"],
  ["a trailer folded over two lines", chunked("5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"), "cut"],
];

let upstream: RawUpstream;
let rig: Rig;
let run: RigRun;
/** When the connection of a trick has closed. Wrapped, since a promise of a promise would be waited for at once. */
const answered = new Arrivals<{ readonly closed: Promise<unknown> }>();
let trick = "";

beforeAll(async () => {
  upstream = await startRawUpstream({
    hosts: [HOST],
    onRequest: ({ line, socket }) => {
      if (line.includes("/next")) return void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
      answered.arrive({ closed: new Promise((resolve) => socket.once("close", resolve)) });
      socket.write(Buffer.from(trick, "latin1"));
    },
  });
  rig = await startRig();
  rig.settings.roots = [upstream.authority.certificatePem];
  rig.settings.resolve = upstream.resolveEntries([HOST]);
  run = rig.addRun([makeConnection(bearerProvider)]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;

function fateOf(heard: string): Fate {
  const answer = readAnswer(heard);
  if (answer === null || answer.isCut) return "cut";
  expect(answer.rest).toBe("");
  return answer.status === 502 && heard.includes("Proxy-Status: keyward") ? "refused" : "carried";
}

describe.each(LANES)("an upstream that sends, to the %s lane,", (lane: Lane) => {
  it.each(TRICKS)("%s", async (_what, bytes, fate) => {
    trick = bytes;
    const heard = await sendRaw({ rig, run, host: HOST }, forLane(lane, ask("/trick")));
    expect(heard).not.toContain("poison");
    expect(fateOf(heard)).toBe(fate);
    await withLimit((await answered.next()).closed, "the connection that carried the trick to close");
    const next = readAnswer(await sendRaw({ rig, run, host: HOST }, forLane(lane, ask("/next"))));
    expect(next).toMatchObject({ status: 200, body: "next", rest: "" });
    expect(rig.logs).toEqual([]);
  });

  it("a body behind HEAD", async () => {
    trick = ok(`Content-Length: ${POISON.length}\r\n`, POISON);
    const heard = await sendRaw({ rig, run, host: HOST }, forLane(lane, ask("/trick").replace("GET", "HEAD")));
    expect(heard).not.toContain("poison");
    expect(readAnswer(heard, "HEAD")).toMatchObject({ status: 200, rest: "" });
    await withLimit((await answered.next()).closed, "the connection that carried the trick to close");
  });

  it("an answer while nobody asks, on a connection that waits for the next request", async () => {
    trick = ok("Content-Length: 5\r\n", "hello");
    expect(readAnswer(await sendRaw({ rig, run, host: HOST }, forLane(lane, ask("/first"))))?.body).toBe("hello");
    const { closed } = await answered.next();
    const socket = upstream.requests.at(-1)?.socket;
    expect(socket?.destroyed).toBe(false);
    socket?.write(POISON);
    await withLimit(closed, "the connection to close");
    expect(readAnswer(await sendRaw({ rig, run, host: HOST }, forLane(lane, ask("/next"))))).toMatchObject({ body: "next", rest: "" });
  });
});
