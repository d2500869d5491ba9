import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BodyScanner, scanBody, withoutOmitted } from "../../../../src/proxy/strict/body-scanner.ts";

const chunked = (keepsTrailers = false): BodyScanner => scanBody({ kind: "chunked" }, { keepsTrailers });
const feed = (scanner: BodyScanner, text: string): number => scanner.feed(Buffer.from(text, "latin1"), 0);

describe("scanBody", () => {
  it("counts a length to its end and no further", () => {
    const scanner = scanBody({ kind: "length", bytes: 5 }, { keepsTrailers: false });
    expect(feed(scanner, "abc")).toBe(3);
    expect(scanner.isDone).toBe(false);
    expect(feed(scanner, "deGET /")).toBe(2);
    expect(scanner).toMatchObject({ isDone: true, payloadBytes: 5 });
  });

  it("knows no body, and one that ends with the connection", () => {
    expect(scanBody({ kind: "none" }, { keepsTrailers: false })).toMatchObject({ isDone: true });
    const open = scanBody({ kind: "close" }, { keepsTrailers: true });
    expect(feed(open, "x".repeat(1000))).toBe(1000);
    expect(open.isDone).toBe(false);
  });

  it("follows chunks wherever they are cut, and stops at their end", () => {
    const body = fc.array(
      fc.string({ minLength: 1, maxLength: 40 }).map((text) => Buffer.from(text)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(body, fc.array(fc.nat(200), { maxLength: 8 }), (chunks, cuts) => {
        const wire = Buffer.concat([
          ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
          Buffer.from("0\r\n\r\nNEXT"),
        ]);
        const scanner = chunked();
        let taken = 0;
        const points = [...cuts.map((cut) => Math.min(cut, wire.length)), wire.length].sort((a, b) => a - b);
        let from = 0;
        for (const point of points) {
          taken += scanner.feed(wire.subarray(from, point), 0);
          from = point;
        }
        expect(scanner.isDone).toBe(true);
        expect(taken).toBe(wire.length - 4);
        expect(scanner.payloadBytes).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "+5\r\n",
    "0x5\r\n",
    "5 \r\n",
    " 5\r\n",
    "5_0\r\n",
    "\r\n",
    "5\n",
    "5\rx",
    "5 ;a\r\n",
    "5;\r\n",
    "5;a=\r\n",
    '5;a="b\r\n',
    "5;a b\r\n",
    "5;a\0\r\n",
    "1234567890123\r\n",
    "g\r\n",
    "1\r\nab\r\n",
    "1\r\na\n",
    "0\r\nX\r\n",
    "0\r\nX : y\r\n",
    "0\r\ncontent-Length: 5\r\n",
    "0\r\nTransfer-Encoding: chunked\r\n",
    "0\r\nX: y\r\n z\r\n",
    "0\r\nX: y\n",
    "0\r\n\rx",
    "-1\r\n",
  ])("refuses %j in a request", (text) => expect(() => feed(chunked(), text)).toThrow());

  it.each([
    [true, "3\r\nabc\r\n0\r\nX: y\r\nZ: 1\r\n\r\n"],
    [false, "3\r\nabc\r\n0\r\n"],
  ])("leaves extensions out, and trailers where they are not kept (%s), however it is cut", (keepsTrailers, expected) => {
    const wire = Buffer.from('3;a="b\\"";c=d;e\r\nabc\r\n0;last\r\nX: y\r\nZ: 1\r\n\r\nNEXT', "latin1");
    for (let step = 1; step <= wire.length; step += 1) {
      const scanner = chunked(keepsTrailers);
      const passed: Buffer[] = [];
      for (let from = 0; from < wire.length && !scanner.isDone; from += step) {
        const part = wire.subarray(from, from + step);
        passed.push(withoutOmitted(scanner, part, { start: 0, count: scanner.feed(part, 0) }));
      }
      expect(Buffer.concat(passed).toString("latin1")).toBe(expected);
      expect(scanner).toMatchObject({ isDone: true, payloadBytes: 3, trailers: ["X", "y", "Z", "1"] });
    }
  });

  it("finds the payload in every piece when decoding", () => {
    const wire = Buffer.from("3;x\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n", "latin1");
    for (let step = 1; step <= wire.length; step += 1) {
      const scanner = scanBody({ kind: "chunked" }, { keepsTrailers: true, decodes: true });
      let payload = "";
      for (let from = 0; from < wire.length; from += step) {
        const part = wire.subarray(from, from + step);
        scanner.feed(part, 0);
        for (const [start, end] of scanner.payload) payload += part.toString("latin1", start, end);
      }
      expect(payload).toBe("abcde");
      expect(scanner.trailers).toEqual(["X", "y"]);
    }
  });

  it("passes bytes on uncopied when nothing is left out", () => {
    const part = Buffer.from("3\r\nabc\r\n");
    const scanner = chunked();
    expect(withoutOmitted(scanner, part, { start: 0, count: scanner.feed(part, 0) })).toBe(part);
  });

  it("ends at lines and trailers that do not end", () => {
    for (const text of [`3;${"x".repeat(9000)}`, `0\r\nX: ${"x".repeat(9000)}`, `0\r\n${`X: ${"y".repeat(1000)}\r\n`.repeat(70)}`]) {
      expect(() => feed(chunked(true), text)).toThrow();
    }
  });
});
