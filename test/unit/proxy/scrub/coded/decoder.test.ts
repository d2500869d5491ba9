import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Decoder } from "../../../../../src/proxy/scrub/coded/decoder.ts";

const plain = Buffer.from(randomBytes(60_000).toString("hex"));

describe("a decoder", () => {
  it.each([
    ["gzip", ["gzip"], gzipSync(plain)],
    ["br", ["br"], brotliCompressSync(plain)],
    ["deflate", ["deflate"], deflateSync(plain)],
    ["deflate without a header", ["deflate"], deflateRawSync(plain)],
    ["br in gzip", ["gzip", "br"], gzipSync(brotliCompressSync(plain))],
    ["gzip in br", ["br", "gzip"], brotliCompressSync(gzipSync(plain))],
  ] as const)("has handed out all of %s when its write resolves, however it is cut", async (_name, codings, coded) => {
    for (const size of [997, coded.length]) {
      const parts: Buffer[] = [];
      const decoder = new Decoder(codings, (bytes) => void parts.push(bytes));
      for (let at = 0; at < coded.length; at += size) await decoder.write(coded.subarray(at, at + size));
      expect(Buffer.concat(parts).equals(plain)).toBe(true);
      decoder.destroy();
    }
  });

  it("refuses what is not in the coding, and what swells beyond reason", async () => {
    await expect(new Decoder(["gzip"], () => undefined).write(Buffer.from("not gzip at all"))).rejects.toThrow();
    let bytesOut = 0;
    const bomb = gzipSync(gzipSync(Buffer.alloc(32 * 1024 * 1024)));
    await expect(new Decoder(["gzip", "gzip"], (bytes) => void (bytesOut += bytes.length)).write(bomb)).rejects.toThrow("swells");
    expect(bytesOut).toBeLessThan(2 * 1024 * 1024);
  });

  it("reads several gzip texts one behind the other, and refuses what follows them", async () => {
    let text = "";
    const decoder = new Decoder(["gzip"], (bytes) => void (text += String(bytes)));
    await decoder.write(Buffer.concat([gzipSync("a"), gzipSync("b")]));
    expect(text).toBe("ab");
    await expect(decoder.write(Buffer.from("more of it"))).rejects.toThrow();
  });
});
