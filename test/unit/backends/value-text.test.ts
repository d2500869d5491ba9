import { describe, expect, it } from "vitest";
import { toValue } from "../../../src/backends/value-text.ts";

describe("what a backend gave", () => {
  it.each([
    ["value\n", "value"],
    ["value\r\n", "value"],
    ["value", "value"],
    [" spaced \n\n", " spaced \n"],
    ["-----BEGIN-----\nline\n-----END-----\n", "-----BEGIN-----\nline\n-----END-----"],
  ])("%j is the value %j", (bytes, value) => {
    expect(toValue(Buffer.from(bytes), "it").reveal()).toBe(value);
  });

  it.each([
    ["nothing", Buffer.from("\n")],
    ["no UTF-8", Buffer.from([0xff, 0xfe, 0x41])],
    ["more than 64 KiB", Buffer.alloc(64 * 1024 + 1, 0x41)],
  ])("is refused when it is %s, and not shown", (why, bytes) => {
    expect(() => toValue(bytes, "it")).toThrow(`it gave ${why}`);
  });
});
