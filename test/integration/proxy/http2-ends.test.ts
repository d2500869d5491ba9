// How HTTP/2 exchanges end, and how they wait: resets and GOAWAY from either side, answers before the body, windows that are full, heads
// with many fields. Each with a real session on either side.
import { once } from "node:events";
import { type ClientHttp2Stream, constants, type ServerHttp2Stream } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";
import { ask, beginOpen, closeAll, HOST, http2Rig, openSession } from "../../support/http2-rig.ts";
import { Arrivals, withLimit } from "../../support/wait.ts";

afterEach(closeAll);

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

const isClosed = (stream: ClientHttp2Stream | ServerHttp2Stream, what: string): Promise<unknown> => {
  stream.on("error", () => undefined);
  return withLimit(new Promise((resolve) => stream.once("close", resolve)), what);
};

describe("a reset", () => {
  it.each([NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_ENHANCE_YOUR_CALM])(
    "of the upstream with %i is one of the client's",
    async (code) => {
      const at = await http2Rig((stream) => {
        beginOpen(stream);
        stream.write("part", () => stream.close(code));
      });
      const stream = (await openSession(at)).request({ ":path": "/" });
      stream.resume();
      await isClosed(stream, "the client's stream to end");
      expect(stream.rstCode).toBe(code);
      await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, status: 200, code: "UPSTREAM_BROKEN" });
    },
  );

  it.each([NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM])("of the client with %i is one of the upstream's", async (code) => {
    const closed = new Arrivals<number | undefined>();
    const at = await http2Rig((stream) => {
      stream.on("close", () => closed.arrive(stream.rstCode));
      beginOpen(stream);
    });
    const stream = (await openSession(at)).request({ ":path": "/" });
    stream.on("error", () => undefined);
    await once(stream, "response");
    stream.close(code);
    expect(await closed.next()).toBe(code);
  });

  it("that refuses a request untouched leads to a second try, whatever the method, when there is no body", async () => {
    const heard: unknown[] = [];
    const at = await http2Rig((stream, headers) => {
      heard.push(headers[":method"]);
      if (heard.length % 2 === 1) return stream.close(NGHTTP2_REFUSED_STREAM);
      stream.respond({ ":status": 200 });
      stream.end("ok");
    });
    const session = await openSession(at);
    for (const method of ["GET", "POST"]) expect((await ask(session, { ":method": method })).body.toString()).toBe("ok");
    expect(heard).toEqual(["GET", "GET", "POST", "POST"]);
  });

  it("that refuses a request with a body untouched is passed on, for the client to try again", async () => {
    const at = await http2Rig((stream) => stream.close(NGHTTP2_REFUSED_STREAM));
    const stream = (await openSession(at)).request({ ":path": "/", ":method": "POST" });
    stream.end("body");
    await isClosed(stream, "the client's stream to end");
    expect(stream.rstCode).toBe(NGHTTP2_REFUSED_STREAM);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, status: null, code: "UPSTREAM_BROKEN" });
  });
});

describe("GOAWAY", () => {
  it("of the client lets what is under way come to its end", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 200 });
      stream.write("begun ");
    });
    const session = await openSession(at);
    const request = session.request({ ":path": "/" });
    await once(request, "response");
    session.close();
    (await at.seen.next()).stream.end("ended");
    let heard = "";
    for await (const chunk of request) heard += String(chunk);
    expect(heard).toBe("begun ended");
  });

  it("of the upstream lets what is under way come to its end, and what is new goes over another connection", async () => {
    const at = await http2Rig((stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/new") stream.end("new");
      else stream.write("begun ");
    });
    const session = await openSession(at);
    const old = [ask(session, { ":path": "/1" }), ask(session, { ":path": "/2" })];
    const streams = [(await at.seen.next()).stream, (await at.seen.next()).stream];
    streams[0]?.session?.goaway(NGHTTP2_NO_ERROR);
    await expect.poll(async () => (await ask(session, { ":path": "/new" })).body.toString() === "new" && at.sessions.length).toBe(2);
    for (const stream of streams) stream.end("ended");
    for (const answer of old) expect((await answer).body.toString()).toBe("begun ended");
  });

  it("of the upstream with an error breaks what is under way, and nothing after it", async () => {
    const at = await http2Rig((stream, headers) => {
      beginOpen(stream);
      if (headers[":path"] === "/next") stream.end("next");
      else stream.write("begun ");
    });
    const session = await openSession(at);
    const broken = expect(ask(session, {})).rejects.toThrow();
    (await at.seen.next()).stream.session?.goaway(NGHTTP2_INTERNAL_ERROR);
    await broken;
    expect((await ask(session, { ":path": "/next" })).body.toString()).toBe("next");
  });
});

describe("an answer before the body has come", () => {
  it("is whole, and an upstream that wants no more of the body breaks nothing", async () => {
    const at = await http2Rig((stream) => {
      stream.respond({ ":status": 413 });
      stream.on("finish", () => stream.close(NGHTTP2_NO_ERROR));
      stream.end("no");
    });
    const answer = await withLimit(ask(await openSession(at), { ":method": "POST" }, Buffer.alloc(5_000_000)), "the upload to end");
    expect(answer.headers[":status"]).toBe(413);
    expect(answer.body.toString()).toBe("no");
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ isRelease: false, status: 413, code: null });
  });
});

describe("a reader that does not read", () => {
  const SIZE = 12_000_000;
  /** Windows, and what node's streams hold besides: far below the whole. */
  const MOST_IN_FLIGHT = 4_000_000;
  const PIECE = Buffer.alloc(64 * 1024, "x");

  /** Writes all of it, as fast as it is taken. */
  function pump(stream: { write(bytes: Buffer): boolean; once(event: "drain", on: () => void): unknown; end(): void }): () => number {
    let written = 0;
    const go = (): void => {
      while (written < SIZE) {
        written += PIECE.length;
        if (!stream.write(PIECE)) return void stream.once("drain", go);
      }
      stream.end();
    };
    go();
    return () => written;
  }

  async function settled(value: () => number): Promise<number> {
    let last = -1;
    await expect.poll(() => value() === last || ((last = value()), false), { interval: 300 }).toBe(true);
    return last;
  }

  it("slows the upstream down, and nobody else; when it reads, it gets everything", async () => {
    const written = new Arrivals<() => number>();
    const at = await http2Rig((stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/small") stream.end("small");
      else written.arrive(pump(stream));
    });
    const session = await openSession(at);
    const stream = session.request({ ":path": "/" });
    await once(stream, "response");
    expect(await settled(await written.next())).toBeLessThan(MOST_IN_FLIGHT);
    expect((await ask(session, { ":path": "/small" })).body.toString()).toBe("small");
    let heard = 0;
    for await (const chunk of stream) heard += (chunk as Buffer).length;
    expect(heard).toBeGreaterThanOrEqual(SIZE);
  });

  it("slows the client's upload down, and nobody else; when it reads, it gets everything", async () => {
    const at = await http2Rig((stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/small") stream.end("small");
    });
    const session = await openSession(at);
    const upload = session.request({ ":path": "/", ":method": "POST" });
    expect(await settled(pump(upload))).toBeLessThan(MOST_IN_FLIGHT);
    const { stream } = await at.seen.next();
    expect((await ask(session, { ":path": "/small" })).body.toString()).toBe("small");
    let heard = 0;
    for await (const chunk of stream) heard += (chunk as Buffer).length;
    stream.end();
    expect(heard).toBeGreaterThanOrEqual(SIZE);
  });
});

describe("more streams at once than the upstream allows on one connection", () => {
  it("are each answered, on as many connections as that takes, and none is refused", async () => {
    const at = await http2Rig(
      (stream) => {
        stream.respond({ ":status": 200 });
        stream.write("begun");
      },
      { settings: { maxConcurrentStreams: 2 } },
    );
    const session = await openSession(at);
    const streams = Array.from({ length: 7 }, () => session.request({ ":path": "/" }));
    const heads = await withLimit(Promise.all(streams.map((stream) => once(stream, "response"))), "all answers to begin");
    expect(heads.map(([headers]) => (headers as Record<string, unknown>)[":status"])).toEqual(Array.from({ length: 7 }, () => 200));
    expect(at.sessions).toHaveLength(4);
    await expect.poll(() => at.rig.audit.length).toBe(7);
  });
});

describe("a head with many fields", () => {
  it("keeps them all, both ways, cookies in crumbs too", async () => {
    const names = Array.from({ length: 1_000 }, (_none, at) => `x-${at}`);
    const many = Object.fromEntries(names.map((name) => [name, "1"]));
    const crumbs = Array.from({ length: 150 }, (_none, at) => `c${at}=1`);
    const at = await http2Rig(
      (stream) => {
        stream.respond({ ":status": 200, ...many });
        stream.end();
      },
      { maxHeaderListPairs: 5_000 },
    );
    const session = await openSession(at, { maxHeaderListPairs: 5_000 });
    const { headers } = await ask(session, { ...many, cookie: crumbs });
    expect(names.filter((name) => headers[name] === undefined)).toEqual([]);
    const seen = await at.seen.next();
    expect(names.filter((name) => seen.headers[name] === undefined)).toEqual([]);
    expect(seen.headers["cookie"]).toBe(crumbs.join("; "));
    expect(seen.headers[":authority"]).toBe(HOST);
  });
});
