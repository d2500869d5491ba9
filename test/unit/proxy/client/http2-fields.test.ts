import { describe, expect, it } from "vitest";
import { grouped } from "../../../../src/proxy/client/http2-fields.ts";

describe("grouped", () => {
  it("keeps every value of a name that may come twice", () => {
    expect(grouped(["Set-Cookie", "a=1", "X-A", "1", "set-cookie", "b=2", "x-a", "2", "X-A", "3"])).toEqual({
      "set-cookie": ["a=1", "b=2"],
      "x-a": ["1", "2", "3"],
    });
  });

  it("gives node one value where it throws at two", () => {
    expect(grouped(["X-Content-Type-Options", "nosniff", "x-content-type-options", "nosniff"])).toEqual({
      "x-content-type-options": "nosniff",
    });
    expect(grouped(["ETag", '"a"', "etag", '"b"'])).toEqual({ etag: '"a", "b"' });
  });

  it("leaves out what HTTP/2 forbids", () => {
    expect(grouped(["Connection", "close", "Keep-Alive", "timeout=5", "Transfer-Encoding", "chunked", "Upgrade", "h2c", "A", "b"])).toEqual(
      { a: "b" },
    );
  });

  it("takes no name for something that objects have by themselves", () => {
    const fields = grouped(["Constructor", "1", "__proto__", "2", "__PROTO__", "3"], { ":status": 200 });
    expect(Object.entries(fields)).toEqual([
      [":status", 200],
      ["constructor", "1"],
      ["__proto__", ["2", "3"]],
    ]);
  });
});
