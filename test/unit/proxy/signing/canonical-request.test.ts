import { describe, expect, it } from "vitest";
import { canonicalRequest, sha256Hex, splitTarget } from "../../../../src/proxy/signing/canonical-request.ts";

const request = { method: "GET", target: "/", headers: ["Host", "h.test"], signedHeaders: ["host"], payloadHash: "hash", service: "sts" };
const line = (at: number, changes: Partial<typeof request>): string => canonicalRequest({ ...request, ...changes }).split("\n")[at] ?? "";

describe("the canonical request", () => {
  it("has method, path, query, headers, their names and the payload's hash", () => {
    const headers = ["Host", "h.test", "X-Amz-Date", "now", "X-Amz-Date", "then"];
    expect(canonicalRequest({ ...request, headers, signedHeaders: ["host", "x-amz-date"], target: "/a?b=c" })).toBe(
      "GET\n/a\nb=c\nhost:h.test\nx-amz-date:now,then\n\nhost;x-amz-date\nhash",
    );
  });

  it.each([
    ["/", "/", "/"],
    ["/a%20b/c%2Bd", "/a%20b/c%2Bd", "/a%2520b/c%252Bd"],
    ["/a%c3%bc", "/a%C3%BC", "/a%25c3%25bc"],
    ["/a+b(c)", "/a%2Bb%28c%29", "/a%2Bb%28c%29"],
    ["/a//b/./c/../d/", "/a//b/./c/../d/", "/a/b/d/"],
    ["/a~b-c_d.e", "/a~b-c_d.e", "/a~b-c_d.e"],
    ["/..", "/..", "/"],
    ["/100%", "/100%25", "/100%25"],
  ])("has the path %s once encoded for S3 and once more for the others", (target, s3, other) => {
    expect(line(1, { target, service: "s3" })).toBe(s3);
    expect(line(1, { target, service: "execute-api" })).toBe(other);
  });

  it.each([
    ["?b=2&a=1", "a=1&b=2"],
    ["?a=2&a=10&a=1", "a=1&a=10&a=2"],
    ["?a-b=1&a=2&a1=3", "a=2&a-b=1&a1=3"],
    ["?flag&x=", "flag=&x="],
    ["?q=a+b%20c%2Bd%2fe", "q=a%20b%20c%2Bd%2Fe"],
    ["?q=%C3%BC&k=%zz", "k=%25zz&q=%C3%BC"],
    ["?x=1&X-Amz-Signature=abc&X-Amz-Date=d", "X-Amz-Date=d&x=1"],
    ["?a=b=c", "a=b%3Dc"],
    ["?&&a=1&", "a=1"],
  ])("has the query %s sorted and encoded anew", (query, expected) => expect(line(2, { target: `/${query}` })).toBe(expected));

  it("has values without spaces around and with single ones inside", () => {
    expect(line(3, { headers: ["Host", "  a   b  "] })).toBe("host:a b");
  });
});

it("splits a target at the first question mark", () => {
  expect(splitTarget("/a?b?c")).toEqual(["/a", "b?c"]);
  expect(splitTarget("/a")).toEqual(["/a", ""]);
});

it("hashes the empty text to the well-known value", () => {
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
