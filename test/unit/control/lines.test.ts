import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLine, encodeLine, LineReader, MAX_LINE_BYTES } from "../../../src/control/lines.ts";

describe("the line reader", () => {
  it("gives back the same lines however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", " "))),
        fc.integer({ min: 1, max: 7 }),
        (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          const reader = new LineReader();
          const read: string[] = [];
          for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)));
          expect(read).toEqual(lines.map((line) => Buffer.from(line).toString("utf8")));
        },
      ),
    );
  });

  it("refuses a line over its limit before the line ends", () => {
    const reader = new LineReader(10);
    expect(reader.push(Buffer.from("0123456789"))).toEqual([]);
    expect(() => reader.push(Buffer.from("x"))).toThrow(expect.objectContaining({ code: "DAEMON_PROTOCOL" }));
  });

  it("counts each line by itself", () => {
    const reader = new LineReader(4);
    expect(reader.push(Buffer.from("abcd\nefgh\nij"))).toEqual(["abcd", "efgh"]);
    expect(reader.push(Buffer.from("kl\n"))).toEqual(["ijkl"]);
  });
});

describe("messages", () => {
  it("are one line each", () => {
    expect(encodeLine({ text: "a\nb" })).toBe('{"text":"a\\nb"}\n');
  });

  it("over the limit are an error of the sender, counted in bytes", () => {
    const text = "é".repeat(MAX_LINE_BYTES / 2);
    expect(() => encodeLine({ text })).toThrow(expect.objectContaining({ code: "DAEMON_PROTOCOL" }));
    expect(encodeLine({ text: "e".repeat(MAX_LINE_BYTES / 2) }).length).toBeGreaterThan(MAX_LINE_BYTES / 2);
  });

  it.each(["", "null", "[]", "1", '"x"', "{", "\u0000"])("that are no JSON object read as null: %j", (line) => {
    expect(decodeLine(line)).toBeNull();
  });
});
