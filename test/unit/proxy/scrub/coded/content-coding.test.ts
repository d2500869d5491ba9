import { describe, expect, it } from "vitest";
import { acceptReadable, codingsOf } from "../../../../../src/proxy/scrub/coded/content-coding.ts";

describe("content codings", () => {
  it("are taken off in the reverse order", () => {
    expect(codingsOf(["Content-Encoding", "gzip, BR"])).toEqual(["br", "gzip"]);
    expect(codingsOf(["content-encoding", "x-gzip", "Content-Encoding", "identity"])).toEqual(["gzip"]);
    expect(codingsOf(["Content-Encoding", "aws-chunked"])).toEqual([]);
    expect(codingsOf(["X", "1"])).toEqual([]);
  });

  it("are unreadable when unknown or more than two", () => {
    expect(codingsOf(["Content-Encoding", "compress"])).toBe(null);
    expect(codingsOf(["Content-Encoding", "gzip, gzip, gzip"])).toBe(null);
  });
});

describe("Accept-Encoding", () => {
  it("is narrowed to what can be read, where it stands", () => {
    expect(acceptReadable(["Host", "x", "accept-encoding", "compress, gzip;q=0.5, br", "A", "b"])).toEqual([
      "Host",
      "x",
      "accept-encoding",
      "gzip;q=0.5, br",
      "A",
      "b",
    ]);
    expect(acceptReadable(["Accept-Encoding", "*"])).toEqual(["Accept-Encoding", "identity"]);
  });

  it("stays as it is when all of it can be read, when there is none, and when a signature covers it", () => {
    for (const headers of [
      ["Accept-Encoding", "gzip, deflate, br"],
      ["Host", "x"],
      ["Accept-Encoding", "compress", "Authorization", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=accept-encoding;host, Signature=y"],
    ]) {
      expect(acceptReadable(headers)).toBe(headers);
    }
  });
});
