import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BodyScanner, scanBody } from "../../../../src/proxy/strict/body-scanner.ts";

const chunked = (allowsExtras = false): BodyScanner => scanBody({ kind: "chunked" }, { allowsExtras });
const feed = (scanner: BodyScanner, text: string): number => scanner.feed(Buffer.from(text, "latin1"), 0);

describe("scanBody", () => {
  it("counts a length to its end and no further", () => {
    const scanner = scanBody({ kind: "length", bytes: 5 }, { allowsExtras: false });
    expect(feed(scanner, "abc")).toBe(3);
    expect(scanner.isDone).toBe(false);
    expect(feed(scanner, "deGET /")).toBe(2);
    expect(scanner).toMatchObject({ isDone: true, payloadBytes: 5 });
  });

  it("knows no body, and one that ends with the connection", () => {
    expect(scanBody({ kind: "none" }, { allowsExtras: false })).toMatchObject({ isDone: true });
    const open = scanBody({ kind: "close" }, { allowsExtras: true });
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
    "5;a=b\r\n",
    "1234567890123\r\n",
    "g\r\n",
    "1\r\nab\r\n",
    "1\r\na\n",
    "0\r\nX: y\r\n\r\n",
    "0\r\n\rx",
    "-1\r\n",
  ])("refuses %j in a request", (text) => expect(() => feed(chunked(), text)).toThrow());

  it("takes extensions and trailers in an answer, but no control bytes in them", () => {
    const scanner = chunked(true);
    expect(feed(scanner, '3;a="b"\r\nabc\r\n0\r\nX: y\r\nZ: 1\r\n\r\n')).toBe(31);
    expect(scanner).toMatchObject({ isDone: true, payloadBytes: 3 });
    for (const text of ["3;a\nb\r\n", "0\r\nX: \0\r\n", `3;${"x".repeat(9000)}`]) expect(() => feed(chunked(true), text)).toThrow();
  });
});
