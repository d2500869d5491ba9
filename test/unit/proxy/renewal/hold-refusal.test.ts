import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { holdRefusal } from "../../../../src/proxy/renewal/hold-refusal.ts";
import type { UpstreamSink } from "../../../../src/proxy/upstream/exchange.ts";

const head = (status: number) => ({ status, statusText: "", headers: [], isEnd: false });

function scene() {
  const calls: string[] = [];
  const sink: UpstreamSink = {
    onInformational: (status) => calls.push(`1xx ${status}`),
    onHead: ({ status }) => void calls.push(`head ${status}`),
    onData: (chunk) => (calls.push(`data ${chunk.length}`), true),
    onBodySent: (bytes) => void calls.push(`sent ${bytes}`),
    onEnd: () => void calls.push("end"),
    onError: ({ message }) => void calls.push(`error ${message}`),
  };
  let decide: { resolve: (isSentAgain: boolean) => void; reject: (error: unknown) => void } | null = null;
  const held = holdRefusal(sink, {
    decide: () => new Promise((resolve, reject) => (decide = { resolve, reject })),
    onThrownAway: (error, isEnded) => calls.push(`thrown away ${error?.code ?? ""} ${isEnded}`),
    resume: () => calls.push("resume"),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { calls, held, settled, asked: () => decide !== null, decision: () => decide! };
}

describe("an answer", () => {
  it("other than 401 passes at once, and nobody is asked", () => {
    const { calls, held, asked } = scene();
    held.onInformational(103, []);
    held.onHead(head(403));
    held.onData(Buffer.from("x"));
    held.onEnd([]);
    expect(calls).toEqual(["1xx 103", "head 403", "data 1", "end"]);
    expect(asked()).toBe(false);
  });

  it("of 401 waits for the decision and then passes as it came", async () => {
    const { calls, held, settled, decision } = scene();
    held.onHead(head(401));
    expect(held.onData(Buffer.alloc(10))).toBe(true);
    expect(held.onData(Buffer.alloc(100_000)), "enough is held").toBe(false);
    expect(calls).toEqual([]);
    decision().resolve(false);
    await settled();
    expect(calls).toEqual(["head 401", "data 10", "data 100000", "resume"]);
    held.onData(Buffer.alloc(5));
    held.onEnd([]);
    expect(calls.slice(4)).toEqual(["data 5", "end"]);
  });

  it("of 401 that ended or broke while it was held does so afterwards", async () => {
    for (const [finish, said] of [
      [(held: UpstreamSink) => held.onEnd([]), "end"],
      [(held: UpstreamSink) => held.onError(new Error("cut")), "error cut"],
    ] as const) {
      const { calls, held, settled, decision } = scene();
      held.onHead(head(401));
      finish(held);
      decision().resolve(false);
      await settled();
      expect(calls).toEqual(["head 401", said, "resume"]);
    }
  });

  it("of 401 to a request that is sent again is never heard of", async () => {
    const { calls, held, settled, decision } = scene();
    held.onHead(head(401));
    held.onData(Buffer.alloc(10));
    decision().resolve(true);
    await settled();
    held.onData(Buffer.alloc(10));
    held.onError(new Error("aborted"));
    held.onEnd([]);
    expect(calls).toEqual(["thrown away  false"]);
  });

  it("of 401 whose decision fails gives way to that failure", async () => {
    const { calls, held, settled, decision } = scene();
    held.onHead(head(401));
    held.onEnd([]);
    decision().reject(new KeywardError("LOGIN_EXPIRED", "over"));
    await settled();
    expect(calls).toEqual(["thrown away LOGIN_EXPIRED true"]);
  });
});
