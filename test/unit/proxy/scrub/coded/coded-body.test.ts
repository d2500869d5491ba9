import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CodedBody } from "../../../../../src/proxy/scrub/coded/coded-body.ts";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { makeKey } from "../spelled-keys.ts";

const key = makeKey();

async function carry(coded: Buffer, size: number) {
  const clean: Buffer[] = [];
  let decoded = "";
  let hasFailed = false;
  let onFailure = (): void => undefined;
  const failed = new Promise<void>((resolve) => (onFailure = resolve));
  const body = new CodedBody({
    finder: new KeyFinder(formsOf(key)),
    codings: ["gzip"],
    onClean: (bytes) => void clean.push(bytes),
    onDecoded: (bytes) => void (decoded += String(bytes)),
    onPiece: () => undefined,
    onFailure: () => {
      hasFailed = true;
      onFailure();
    },
  });
  for (let at = 0; at < coded.length; at += size) {
    const piece = coded.subarray(at, at + size);
    body.push(piece, [[0, piece.length]]);
  }
  // What cannot be decoded is told as a failure, and no end after it.
  await Promise.race([new Promise<void>((resolve) => body.end(resolve)), failed]);
  body.stop();
  return { clean: Buffer.concat(clean), decoded, count: body.count, hasFailed };
}

describe("a coded body", () => {
  it("passes its own bytes when there is nothing in it", async () => {
    const coded = gzipSync("nothing here ".repeat(50));
    expect(await carry(coded, 7)).toEqual({ clean: coded, decoded: "nothing here ".repeat(50), count: 0, hasFailed: false });
  });

  it("passes no piece from the key on, and has the text masked", async () => {
    const coded = gzipSync(`a ${key} b`, { level: 0 });
    const { clean, decoded, count } = await carry(coded, 4);
    expect(decoded).toBe(`a ${"*".repeat(key.length)} b`);
    expect(count).toBe(1);
    expect(clean.length).toBeLessThan(coded.indexOf(key));
  });

  it("says when it cannot be decoded", async () => {
    expect(await carry(Buffer.from("this is not gzip"), 100)).toMatchObject({ hasFailed: true });
  });
});
