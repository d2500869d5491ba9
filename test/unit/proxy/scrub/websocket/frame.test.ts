import { describe, expect, it } from "vitest";
import { frame, readHead } from "../../../../../src/proxy/scrub/websocket/frame.ts";

describe("a frame of a WebSocket", () => {
  it.each([0, 125, 126, 65_535, 65_536])("of %i bytes reads as it was made, and not before its head is whole", (length) => {
    const made = frame({ opcode: 2, isFinal: true }, Buffer.alloc(length, 7));
    const read = readHead(made, 0, false);
    expect(read).toEqual({
      frame: { opcode: 2, isControl: false, isCompressed: false, isFinal: true, left: length },
      headBytes: made.length - length,
    });
    for (let at = 0; at < (read?.headBytes ?? 0); at += 1) expect(readHead(made.subarray(0, at), 0, false)).toBeNull();
  });

  it("may say that its message is compressed where that was agreed on", () => {
    expect(readHead(Buffer.from([0x41, 0x01]), 0, true)?.frame).toMatchObject({ isCompressed: true, isFinal: false });
  });

  it.each([
    ["masked", [0x81, 0x85], false],
    ["compressed without an agreement", [0xc1, 0x05], false],
    ["a compressed continuation", [0xc0, 0x05], true],
    ["a compressed ping", [0xc9, 0x00], true],
    ["of an unknown extension", [0xa1, 0x00], true],
    ["a long ping", [0x89, 0x7e], false],
    ["a ping in pieces", [0x09, 0x01], false],
    ["longer than any number", [0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], false],
  ])("%s is none", (_what, bytes, mayCompress) => {
    expect(() => readHead(Buffer.from(bytes), 0, mayCompress)).toThrow("no server may send");
  });
});
