import { gzipSync, deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { CodedCopy, codedCopyFor } from "../../../../src/proxy/leaks/coded-copy.ts";

const sized = (length: number, coding: string): string[] => ["Content-Length", String(length), "Content-Encoding", coding];

it.each([
  [sized(10, "gzip"), true],
  [sized(10, "gzip, br"), true],
  [sized(65_536, "deflate"), true],
  [sized(65_537, "gzip"), false],
  [sized(10, "identity"), false],
  [sized(10, "unheard-of"), false],
  [["Content-Encoding", "gzip", "Transfer-Encoding", "chunked"], false],
  [["Content-Length", "10"], false],
])("a body with %j is copied: %s", (headers, isCopied) => {
  expect(codedCopyFor(headers) !== null).toBe(isCopied);
});

it("holds everything to the end, in order, and tells what the payload decodes to, however it is framed", () => {
  const coded = gzipSync("the text");
  const copy = new CodedCopy(["gzip"]);
  const framed = Buffer.concat([Buffer.from("xx"), coded.subarray(0, 9), Buffer.from("yy"), coded.subarray(9)]);
  expect(
    copy.hold(framed, framed, [
      [2, 11],
      [13, framed.length],
    ]),
  ).toHaveLength(0);
  expect([copy.isHolding, copy.text()?.toString()]).toEqual([true, "the text"]);
  expect(copy.release()).toEqual(framed);
  expect(copy.isHolding).toBe(false);
});

it("gives up, with nothing lost, when more comes than was said", () => {
  const copy = new CodedCopy(["gzip"]);
  const first = Buffer.alloc(60_000, "a");
  const second = Buffer.alloc(6_000, "b");
  expect(copy.hold(first, first, null)).toHaveLength(0);
  expect(copy.hold(second, second, null)).toEqual(Buffer.concat([first, second]));
  expect(copy.hold(second, second, null)).toBe(second);
  expect([copy.text(), copy.isHolding]).toEqual([null, false]);
});

it("reads what is cut short, and neither nonsense nor a bomb", () => {
  const read = (coding: "gzip" | "deflate" | "br", bytes: Buffer): string | undefined => {
    const copy = new CodedCopy([coding]);
    copy.hold(bytes, bytes, null);
    return copy.text()?.toString();
  };
  expect(read("gzip", gzipSync("some text").subarray(0, -8))).toBe("some text");
  expect(read("deflate", deflateRawSync("some text"))).toBe("some text");
  expect(read("br", Buffer.from("no brotli"))).toBeUndefined();
  expect(read("gzip", gzipSync(Buffer.alloc(10_000_000)))).toBeUndefined();
});
