// Cases 28 to 30 of the threat model: an upstream that repeats the credential, in every place, spelling and content coding, in both lanes.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { ScrubMode } from "../../../../src/proxy/scrub/armed.ts";
import { forLane, LANES, readAnswer, sendRaw } from "../../../support/lanes.ts";
import { HOST, type RawRig, startRawRig } from "../../../support/raw-rig.ts";
import { CHARACTER_SPELLINGS, KEY_ENCODINGS, showsKey, spellWith } from "../../../unit/proxy/scrub/spelled-keys.ts";

const open: RawRig[] = [];
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});

interface Echo extends RawRig {
  readonly key: string;
}

/** An upstream that writes these pieces, one by one, made from the key it was sent. */
async function echoing(pieces: (key: string) => readonly (string | Buffer)[], mode: ScrubMode | null = null): Promise<Echo> {
  const rig = await startRawRig(
    {
      onRequest({ fields, socket }) {
        const key = (fields[fields.findIndex((name) => name.toLowerCase() === "authorization") + 1] ?? "").slice("Bearer ".length);
        void writeSlowly(socket, pieces(key));
      },
    },
    { scrubMode: () => mode },
  );
  open.push(rig);
  return { ...rig, key: rig.connection.secrets["key"] ?? "" };
}

/** Closes the connection. */
const END = "END";

async function writeSlowly(
  socket: { end(): void; write(bytes: Buffer, done: () => void): boolean },
  pieces: readonly (string | Buffer)[],
): Promise<void> {
  for (const piece of pieces) {
    if (piece === END) return socket.end();
    await new Promise<void>((resolve) => void socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function withLength(body: string | Buffer, fields = "", status = "200 OK"): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body, "latin1") : body;
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${fields}Content-Length: ${bytes.length}\r\n\r\n`, "latin1"), bytes]);
}

function chunk(body: string | Buffer): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body, "latin1") : body;
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

const stars = (key: string): string => "*".repeat(key.length);

describe.each(LANES)("an echo in the %s lane", (lane) => {
  it("is masked in header fields, status text, Location, Set-Cookie, 103 and trailers", async () => {
    const at = await echoing((key) => [
      `HTTP/1.1 103 Early Hints\r\nLink: <https://x.test/?key=${key}>\r\n\r\n`,
      `HTTP/1.1 302 Moved by ${key}\r\nX-Key: ${key}\r\nLocation: https://x.test/?k=${encodeURIComponent(key)}\r\nSet-Cookie: k=${Buffer.from(key).toString("base64url")}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `5\r\nhello\r\n0\r\nX-Trailer: ${key}\r\nX-Other: 1\r\n\r\n`,
    ]);
    const heard = await at.say(lane, "GET /echo HTTP/1.1\r\nTE: trailers");
    expect(showsKey(heard, at.key)).toBe(false);
    const answer = readAnswer(heard);
    expect(answer).toMatchObject({ status: 302, reason: `Moved by ${stars(at.key)}`, body: "hello", isCut: false });
    expect(answer?.fields).toEqual(expect.arrayContaining(["X-Key", stars(at.key), "Location", `https://x.test/?k=${stars(at.key)}`]));
    expect(answer?.trailers).toEqual(["X-Trailer", stars(at.key), "X-Other", "1"]);
    expect(heard).toContain(`Link: <https://x.test/?key=${stars(at.key)}>`);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 302, code: null, masked: 6 });
  });

  it("is masked in a body of stated length, in every spelling, at the same length", async () => {
    const ways = [
      ...Object.keys(CHARACTER_SPELLINGS).map((name) => (key: string) => spellWith(key, name)),
      ...Object.values(KEY_ENCODINGS),
    ];
    const body = (key: string): string => ways.map((way) => `<i>${way(key)}</i>\n`).join("");
    const at = await echoing((key) => [withLength(body(key), "Content-Type: text/html\r\n")]);
    const answer = await at.ask(lane, "GET /echo HTTP/1.1");
    expect(showsKey(answer?.body ?? "", at.key)).toBe(false);
    expect(answer).toMatchObject({ status: 200, isCut: false, rest: "" });
    expect(answer?.body).toHaveLength(body(at.key).length);
    expect(answer?.body.match(/\*{20,}/g)).toHaveLength(ways.length);
  });

  it("is masked when the body comes cut at every place, by framing and by packets", async () => {
    const at = await echoing((key) => {
      const text = `data: {"echo":"${key}"}\n\n`;
      const place = Number(/cut=(\d+)/.exec(current)?.[1] ?? 0);
      const parts = [text.slice(0, place), text.slice(place)].filter((part) => part !== "");
      return ["HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", ...parts.map(chunk), "0\r\n\r\n"];
    });
    let current = "";
    for (let cut = 1; cut < at.key.length + 20; cut += 1) {
      current = `cut=${cut}`;
      const answer = await at.ask(lane, `GET /echo?cut=${cut} HTTP/1.1`);
      // When the machine is so busy that the second packet is late, the first four characters may have gone.
      expect(answer?.body).toMatch(new RegExp(`^data: \\{"echo":"(?:.{0,4})\\*{${at.key.length - 4},${at.key.length}}"\\}\n\n$`));
      expect(answer).toMatchObject({ isCut: false });
      expect(answer?.body).toHaveLength(at.key.length + 19);
    }
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["gzip, br", (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
    ["br, gzip", (bytes: Buffer) => gzipSync(brotliCompressSync(bytes))],
  ] as const)("is masked under %s: the text comes without the coding", async (coding, encode) => {
    const body = (key: string): string => `{"you":"${key}"}`.repeat(20);
    const at = await echoing((key) => [withLength(encode(Buffer.from(body(key))), `Content-Encoding: ${coding}\r\nETag: "x"\r\n`)]);
    const answer = await at.ask(lane, "GET /echo HTTP/1.1\r\nAccept-Encoding: gzip, br");
    expect(answer).toMatchObject({ status: 200, body: body(stars(at.key)), isCut: false });
    expect(answer?.fields.map((field) => field.toLowerCase())).not.toContain("content-encoding");
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 200, masked: 20 });
  });

  it("breaks the answer off when it shows up late in a coded body", async () => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${(i * 7919) % 104_729}`).join(","));
    const at = await echoing((key) => {
      const coded = gzipSync(Buffer.concat([noise, noise, noise, Buffer.from(key)]), { level: 1 });
      return [
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
        chunk(coded.subarray(0, -60)),
        chunk(coded.subarray(-60)),
        "0\r\n\r\n",
      ];
    });
    const answer = await at.ask(lane, "GET /echo HTTP/1.1");
    expect(answer).toMatchObject({ status: 200, isCut: true });
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ code: "CREDENTIAL_ECHOED", masked: 1 });
  });

  it("is refused under a coding that nobody here can read, and the upstream is not asked for one", async () => {
    const at = await echoing(() => [withLength("whatever", "Content-Encoding: compress\r\n")]);
    const answer = await at.ask(lane, "GET /echo HTTP/1.1\r\nAccept-Encoding: compress, gzip;q=0.5, zzz, br");
    expect(answer).toMatchObject({ status: 502, isCut: false });
    expect(answer?.body).toContain("ANSWER_UNREADABLE");
    expect(at.upstream.requests[0]?.fields).toContain("gzip;q=0.5, br");
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 502, code: "ANSWER_UNREADABLE" });
  });

  it("leaves every answer without the key as it is, byte for byte", async () => {
    const gzip = gzipSync(Buffer.from('{"fine":true}'.repeat(100)));
    const answers = [
      withLength('{"a":"b"}', "X-A:  1\r\n").toString("latin1"),
      withLength(gzip, "Content-Encoding: gzip\r\n").toString("latin1"),
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(gzip).toString("latin1")}0\r\nX-T: 1\r\n\r\n`.replace(
        "chunked\r\n",
        "chunked\r\nContent-Encoding: gzip\r\n",
      ),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 304 Not Modified\r\nContent-Encoding: br\r\n\r\n",
      `HTTP/1.1 200 OK\r\n\r\nuntil the end`,
    ];
    for (const text of answers) {
      const at = await echoing(() => [text, ...(text.endsWith("the end") ? [END] : [])]);
      const armed = await at.ask(lane, "GET /x HTTP/1.1");
      const off = await echoing(() => [text, ...(text.endsWith("the end") ? [END] : [])], "off");
      const plain = await off.ask(lane, "GET /x HTTP/1.1");
      expect(armed).toEqual(plain);
      expect(armed?.isCut).toBe(false);
      expect(at.rig.audit.at(-1)?.masked ?? null).toBe(null);
    }
  });

  it("is withheld in block mode: 502 while nothing has left, a cut afterwards", async () => {
    const early = await echoing((key) => [withLength(`{"echo":"${key}"}`)], "block");
    const refused = await early.ask(lane, "GET /echo HTTP/1.1");
    expect(refused).toMatchObject({ status: 502, isCut: false });
    expect(refused?.body).toContain("CREDENTIAL_ECHOED");
    await expect.poll(() => early.rig.audit.at(-1)).toMatchObject({ status: 502, code: "CREDENTIAL_ECHOED", masked: 1 });
    const late = await echoing(
      (key) => ["HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n", "x".repeat(199_000), key.padEnd(1_000)],
      "block",
    );
    const cut = await late.ask(lane, "GET /echo HTTP/1.1");
    expect(cut).toMatchObject({ status: 200, isCut: true });
    expect(showsKey(cut?.body ?? "", late.key)).toBe(false);
    const head = await echoing((key) => [withLength("ok", `X-Key: ${key}\r\n`)], "block");
    expect(await head.ask(lane, "GET /echo HTTP/1.1")).toMatchObject({ status: 502 });
    const fine = await echoing(() => [withLength("ok")], "block");
    expect(await fine.ask(lane, "GET /echo HTTP/1.1")).toMatchObject({ status: 200, body: "ok" });
  });

  it("passes when the setting is off", async () => {
    const at = await echoing((key) => [withLength(key)], "off");
    expect(await at.ask(lane, "GET /echo HTTP/1.1")).toMatchObject({ status: 200, body: at.key });
  });

  it("lets an event pass within 20 ms, also one that ends like a key begins", async () => {
    let write: (text: string) => void = () => undefined;
    const at = await startRawRig({
      onRequest({ socket }) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        write = (text) => void socket.write(chunk(text));
        write("data: 1\n\n");
      },
    });
    open.push(at);
    const key = at.connection.secrets["key"] ?? "";
    const begun = key.slice(0, 2);
    const request = forLane(lane, `GET /events HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    const heard = sendRaw({ rig: at.rig, run: at.run, host: HOST }, request, new RegExp(`data: (?:\\r\\n2\\r\\n)?${begun}`));
    await at.upstream.nextRequest();
    write(`data: ${begun}`);
    expect(await heard).toContain(`data: 1\n\n`);
  });
});
