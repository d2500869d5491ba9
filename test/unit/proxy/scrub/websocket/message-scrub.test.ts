import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
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
  it("are masked over their fragments, however the bytes come", () => {
    for (let size = 1; size < 60; size += 1) {
      const scrub = new MessageScrub(finder);
      const parts: Buffer[] = [];
      for (let at = 0; at < sent.length; at += size) parts.push(scrub.push(Buffer.from(sent.subarray(at, at + size))));
      expect(Buffer.concat(parts).equals(passed)).toBe(true);
      expect(scrub.count).toBe(3);
    }
  });

  it("end where they end: what begins like a key is not kept for the next", () => {
    const scrub = new MessageScrub(finder);
    const whole = frame(0x81, `hello ${key.slice(0, 9)}`);
    expect(scrub.push(Buffer.from(whole)).equals(whole)).toBe(true);
  });

  it.each([
    ["masked", [0x81, 0x85]],
    ["compressed", [0xc1, 0x05]],
    ["a long ping", [0x89, 0x7e]],
    ["a ping in pieces", [0x09, 0x01]],
  ])("that are %s break the connection", (_what, bytes) => {
    expect(() => new MessageScrub(finder).push(Buffer.from(bytes))).toThrow("no server may send");
  });
});
