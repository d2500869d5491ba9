// One stream of a real HTTP/2 session: what the client sees of an answer that is small, slow, cut or followed by trailers, and that a
// closed stream keeps nothing of its request.
import { once } from "node:events";
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Http2Client } from "../../../../src/proxy/client/http2.ts";
import { http2Pair } from "../../../support/http2-pair.ts";

const pair = http2Pair();

const OK = { status: 200, statusText: "", headers: ["Content-Type", "text/plain"], isEnd: false };

interface Asked {
  readonly asking: ClientHttp2Stream;
  readonly stream: ServerHttp2Stream;
  readonly client: Http2Client;
}

async function ask(method = "GET"): Promise<Asked> {
  const arrived = once(pair.server, "stream") as Promise<[ServerHttp2Stream, IncomingHttpHeaders, number, string[]]>;
  const asking = pair.session.request({ ":path": "/", ":method": method });
  asking.on("error", () => undefined);
  const [stream, headers, flags, rawHeaders] = await arrived;
  stream.on("error", () => undefined);
  return { asking, stream, client: new Http2Client({ stream, headers, flags, rawHeaders }) };
}

describe("an answer that is complete within a turn", () => {
  it("arrives whole, and its stream has said nothing about trailers", async () => {
    const { asking, stream, client } = await ask();
    client.start(OK);
    client.write(Buffer.from("hello"));
    client.finish([]);
    const [fields] = (await once(asking, "response")) as [IncomingHttpHeaders];
    expect(await text(asking)).toBe("hello");
    expect(fields).toMatchObject({ ":status": 200, "content-type": "text/plain" });
    expect(fields.date).toBeUndefined();
    expect(stream.sentTrailers).toBeUndefined();
  });

  it("without a body ends with its head, even where a method forbids one and a piece comes all the same", async () => {
    for (const [method, pieces] of [
      ["GET", []],
      ["HEAD", [Buffer.from("none")]],
    ] as const) {
      const { asking, client } = await ask(method);
      client.start(OK);
      for (const piece of pieces) client.write(piece);
      client.finish([]);
      await once(asking, "response");
      expect(await text(asking)).toBe("");
      expect(asking.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    }
  });

  it("keeps its pieces in order and its trailers behind them", async () => {
    const { asking, client } = await ask();
    const trailers = once(asking, "trailers") as Promise<[IncomingHttpHeaders]>;
    client.start(OK);
    for (const piece of ["a", "b", "c"]) client.write(Buffer.from(piece));
    client.finish(["grpc-status", "0"]);
    expect(await text(asking)).toBe("abc");
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "0" });
  });
});

describe("an answer that takes its time", () => {
  it("is begun at once, though nothing follows yet, and may end with trailers", async () => {
    const { asking, client } = await ask();
    client.start(OK);
    await once(asking, "response");
    const trailers = once(asking, "trailers") as Promise<[IncomingHttpHeaders]>;
    client.write(Buffer.from("later"));
    client.finish(["x-sum", "1"]);
    expect(await text(asking)).toBe("later");
    expect((await trailers)[0]).toMatchObject({ "x-sum": "1" });
  });

  it("breaks when it is cut, also in the turn that began it", async () => {
    const { asking, client } = await ask();
    client.start(OK);
    client.write(Buffer.from("half"));
    client.cut();
    await new Promise((resolve) => void asking.resume().once("close", resolve));
    expect(asking.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  });
});

it("says why the client has gone, and a closed stream holds on to nothing of its request", async () => {
  const { asking, stream, client } = await ask();
  const gone = new Promise<number | undefined>((resolve) => client.onGone(resolve));
  const owned = (): unknown[] =>
    Object.getOwnPropertySymbols(stream).map((symbol) => (stream as unknown as Record<symbol, unknown>)[symbol]);
  expect(owned()).toContain(client);
  asking.close(constants.NGHTTP2_CANCEL);
  expect(await gone).toBe(constants.NGHTTP2_CANCEL);
  expect(owned()).not.toContain(client);
});

it("is gone as soon as the client has reset it, also while nobody reads its body, and is told nothing more", async () => {
  const { asking, stream, client } = await ask("POST");
  const gone = new Promise<number | undefined>((resolve) => client.onGone(resolve));
  asking.write(Buffer.alloc(1_000));
  await once(stream, "readable");
  asking.close(constants.NGHTTP2_NO_ERROR);
  expect(await gone).toBe(constants.NGHTTP2_NO_ERROR);
  expect(stream.destroyed).toBe(false);
  expect(client.isGone).toBe(true);
  client.sendInformational(103, ["Link", "</a>"]);
  client.sendContinue();
  client.refuse({ status: 502, requestId: "req_1", headers: [], body: "" });
  expect(stream.headersSent).toBe(false);
});
