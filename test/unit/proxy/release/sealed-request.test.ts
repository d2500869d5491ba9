import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { ReadAhead } from "../../../../src/proxy/body/read-ahead.ts";
import { mayRelease } from "../../../../src/proxy/release/may-release.ts";
import { SealedRequest } from "../../../../src/proxy/release/sealed-request.ts";
import { soundClaim, soundWay } from "../../../support/release-facts.ts";

const outgoing = { method: "POST", target: "/", headers: ["Host", "api.acme.test", "Content-Length", "3"] };
const upperCase = {
  push: (chunk: Buffer) => Buffer.from(chunk.toString().toUpperCase()),
  end: () => Buffer.alloc(0),
  keepsLength: true,
  lockLength: () => undefined,
};

describe("a sealed request", () => {
  it("opens for the permit of its own claim and for no other", () => {
    const sealed = new SealedRequest(soundClaim, { outgoing, rewriters: [], body: null });
    expect(sealed.head(mayRelease(soundClaim, soundWay))).toBe(outgoing);
    expect(sealed.body(mayRelease(soundClaim, soundWay))).toBeNull();
    expect(() => sealed.head(mayRelease({ ...soundClaim }, soundWay))).toThrow("another request");
    expect(() => sealed.head(mayRelease(null, soundWay))).toThrow("another request");
    const bare = new SealedRequest(null, { outgoing, rewriters: [], body: null });
    expect(bare.head(mayRelease(null, soundWay))).toBe(outgoing);
    expect(() => bare.head(mayRelease(soundClaim, soundWay))).toThrow("another request");
  });

  it("shows nothing of itself before", () => {
    expect(JSON.stringify(new SealedRequest(null, { outgoing, rewriters: [], body: null }))).toBe('{"claim":null}');
  });

  it("keeps a rewritten body under the same seal", async () => {
    const sealed = new SealedRequest(soundClaim, { outgoing, rewriters: [upperCase], body: null });
    const rest = Readable.from([]).iterator();
    const ahead: ReadAhead = { start: { bytes: Buffer.from("abc"), isWhole: true }, rest, release: () => undefined };
    const whole = await sealed.withBody(ahead);
    expect(whole.claim).toBe(soundClaim);
    expect(() => whole.body(mayRelease(null, soundWay))).toThrow("another request");
    const body = whole.body(mayRelease(soundClaim, soundWay));
    expect(Buffer.concat((await body?.toArray()) ?? []).toString()).toBe("ABC");
  });
});
