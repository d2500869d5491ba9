import { constants, createDeflateRaw } from "node:zlib";
import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { readHead } from "../../../../../src/proxy/scrub/websocket/frame.ts";
import { MessageScrub } from "../../../../../src/proxy/scrub/websocket/message-scrub.ts";
import { makeKey } from "../spelled-keys.ts";

const key = makeKey();
const finder = new KeyFinder(formsOf(key));

function frame(first: number, payload: string): Buffer {
  const length = payload.length < 126 ? Buffer.from([payload.length]) : Buffer.from([126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([Buffer.from([first]), length, Buffer.from(payload)]);
}

const stars = "*".repeat(key.length);
const sent = Buffer.concat([
  frame(0x01, key.slice(0, 4)),
  frame(0x89, key),
  frame(0x80, `${key.slice(4)}, then`),
  frame(0x82, "x".repeat(300) + key),
]);
const passed = Buffer.concat([
  frame(0x01, "****"),
  frame(0x89, stars),
  frame(0x80, `${stars.slice(4)}, then`),
  frame(0x82, "x".repeat(300) + stars),
]);

describe("messages", () => {
  it("are masked over their fragments, however the bytes come", async () => {
    for (let size = 1; size < 60; size += 1) {
      const scrub = new MessageScrub(finder, null);
      const parts: Buffer[] = [];
      for (let at = 0; at < sent.length; at += size) parts.push(await scrub.push(Buffer.from(sent.subarray(at, at + size))));
      expect(Buffer.concat(parts).equals(passed)).toBe(true);
      expect(scrub.count).toBe(3);
    }
  });

  it("end where they end: what begins like a key is not kept for the next", async () => {
    const scrub = new MessageScrub(finder, null);
    const whole = frame(0x81, `hello ${key.slice(0, 9)}`);
    expect((await scrub.push(Buffer.from(whole))).equals(whole)).toBe(true);
  });

  it.each([
    ["masked", [0x81, 0x85]],
    ["compressed", [0xc1, 0x05]],
    ["a long ping", [0x89, 0x7e]],
    ["a ping in pieces", [0x09, 0x01]],
  ])("that are %s break the connection", async (_what, bytes) => {
    await expect(new MessageScrub(finder, null).push(Buffer.from(bytes))).rejects.toThrow("no server may send");
  });
});

/** Of frames that are not compressed. */
function unframed(bytes: Buffer): { opcodes: number[]; text: string } {
  const opcodes: number[] = [];
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const { frame: found, headBytes } = readHead(bytes, at, false) as NonNullable<ReturnType<typeof readHead>>;
    opcodes.push(found.opcode);
    text += bytes.toString("latin1", at + headBytes, at + headBytes + found.left);
    at += headBytes + found.left;
  }
  return { opcodes, text };
}

describe("compressed messages", () => {
  /** Each may refer to those before it, as a sender that keeps its context makes them. */
  const sender = (): ((text: string) => Promise<Buffer>) => {
    const deflater = createDeflateRaw();
    let parts: Buffer[] = [];
    deflater.on("data", (part: Buffer) => void parts.push(part));
    return (text) =>
      new Promise((resolve) => {
        parts = [];
        deflater.write(text);
        deflater.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(parts).subarray(0, -4)));
      });
  };
  const framed = (first: number, payload: Buffer): Buffer => Buffer.concat([Buffer.from([first, payload.length]), payload]);

  it("pass byte for byte, in fragments, with control frames and plain messages between, however the bytes come", async () => {
    const deflate = sender();
    const first = await deflate(`hello, hello, hello ${key.slice(0, 9)}`);
    const second = await deflate("hello, hello, hello again");
    const compressed = Buffer.concat([
      framed(0x41, first.subarray(0, 5)),
      frame(0x89, "ping"),
      framed(0x80, first.subarray(5)),
      frame(0x81, "plain"),
      framed(0xc1, second),
      framed(0xc1, Buffer.alloc(0)),
    ]);
    for (let size = 1; size < 60; size += 1) {
      const scrub = new MessageScrub(finder, { keepsContext: true });
      const parts: Buffer[] = [];
      for (let at = 0; at < compressed.length; at += size) parts.push(await scrub.push(Buffer.from(compressed.subarray(at, at + size))));
      expect(Buffer.concat(parts).equals(compressed)).toBe(true);
      expect([scrub.count, scrub.isStuck]).toEqual([0, false]);
      scrub.stop();
    }
  });

  it("leave inflated and masked with the first match, also where only the text before tells what they say, and so do all after it", async () => {
    const deflate = sender();
    const half = key.slice(0, 20);
    const innocent = framed(0xc1, await deflate(`say ${half}, and no more`));
    const telling = await deflate(`it is ${half}${key.slice(20)}, ${key}`);
    const scrub = new MessageScrub(finder, { keepsContext: true });
    expect((await scrub.push(Buffer.from(innocent))).equals(innocent)).toBe(true);
    const cut = Buffer.concat([framed(0x41, telling.subarray(0, 4)), frame(0x89, "ping"), framed(0x80, telling.subarray(4))]);
    expect(await scrub.push(cut)).toEqual(Buffer.concat([frame(0x89, "ping"), frame(0x81, `it is ${stars}, ${stars}`)]));
    const later = await deflate(`it is say, ${"again ".repeat(60)}`);
    const parts = [await scrub.push(framed(0x42, later.subarray(0, 9))), await scrub.push(framed(0x80, later.subarray(9)))];
    expect(unframed(Buffer.concat(parts))).toEqual({ opcodes: [2, 0, 0], text: `it is say, ${"again ".repeat(60)}` });
    expect([scrub.count, scrub.isStuck]).toEqual([2, false]);
    scrub.stop();
  });

  it("are masked where they come uncompressed", async () => {
    const scrub = new MessageScrub(finder, { keepsContext: false });
    expect(String(await scrub.push(frame(0x81, `a ${key} b`)))).toContain(`a ${stars} b`);
    expect(scrub.isStuck).toBe(false);
  });

  it.each([
    ["that say so in their second frame", Buffer.from([0x01, 0x01, 0x61, 0xc0, 0x01, 0x61])],
    ["that are a ping", Buffer.from([0xc9, 0x00])],
    ["under an extension nobody knows", Buffer.from([0xa1, 0x00])],
  ])("%s break the connection", async (_what, bytes) => {
    await expect(new MessageScrub(finder, { keepsContext: true }).push(bytes)).rejects.toThrow("no server may send");
  });

  it("that are not compressed break it too", async () => {
    await expect(new MessageScrub(finder, { keepsContext: true }).push(framed(0xc1, Buffer.from("\x07nonsense")))).rejects.toThrow(
      "cannot be read",
    );
  });
});
