// One exchange over a real HTTP/2 session: what the sink hears when a body breaks on our side, and that the stream is reset then.
import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import type { UpstreamSink } from "../../../../../src/proxy/upstream/exchange.ts";
import { sendHttp2 } from "../../../../../src/proxy/upstream/http2/http2-exchange.ts";
import { http2Pair } from "../../../../support/http2-pair.ts";

const pair = http2Pair();

function sinkOf(change: Partial<UpstreamSink>): UpstreamSink {
  return {
    onInformational: () => undefined,
    onHead: () => undefined,
    onData: () => true,
    onBodySent: () => undefined,
    onEnd: () => undefined,
    onError: () => undefined,
    ...change,
  };
}

const outgoing = { method: "POST", target: "/", headers: ["Host", "api.acme.test"] };

describe("sendHttp2", () => {
  it("ends with the body's own error, once, and resets the stream", async () => {
    const arrived = once(pair.server, "stream") as Promise<[ServerHttp2Stream]>;
    const body = new PassThrough();
    const errors: Error[] = [];
    const failed = new Promise<void>((resolve) => {
      const sink = sinkOf({ onError: (error) => resolve(void errors.push(error)) });
      sendHttp2(pair.session, { outgoing, body, trailers: () => [], wantsTrailers: false }, sink);
    });
    body.write("abc");
    const [stream] = await arrived;
    const reset = once(
      stream.on("error", () => undefined),
      "close",
    );
    const own = new KeywardError("SIGNATURE_UNSUPPORTED", "a chunk is not signed as its head says");
    body.destroy(own);
    await failed;
    await reset;
    expect(errors).toEqual([own]);
    expect(stream.rstCode).toBe(8);
  });

  it("gives trailers with the end", async () => {
    pair.server.on("stream", (stream: ServerHttp2Stream) => {
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "7" }));
      stream.end("ok");
    });
    const trailers = await new Promise((resolve, reject) => {
      const sink = sinkOf({ onEnd: resolve, onError: reject });
      sendHttp2(pair.session, { outgoing: { ...outgoing, method: "GET" }, body: null, trailers: () => [], wantsTrailers: true }, sink);
    });
    expect(trailers).toEqual(["x-sum", "7"]);
  });
});
