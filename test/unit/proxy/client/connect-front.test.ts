// The shapes of CONNECT that are read without node's parser, and those that must go to it.
import { describe, expect, it } from "vitest";
import { readConnect } from "../../../../src/proxy/client/connect-front.ts";

const read = (text: string) => readConnect(Buffer.from(text, "latin1"));

describe("readConnect", () => {
  it("reads a whole plain head, and leaves what came behind it", () => {
    const request = read(
      "CONNECT api.acme.test:443 HTTP/1.1\r\nHost: api.acme.test:443\r\nX-Empty:\r\nX-Spaces: \t a b \t\r\n\r\n\x16\x03",
    );
    expect(request).toMatchObject({
      target: "api.acme.test:443",
      headers: ["Host", "api.acme.test:443", "X-Empty", "", "X-Spaces", "a b"],
    });
    expect(request?.head.toString("latin1")).toBe("\x16\x03");
    expect(read("CONNECT a:1 HTTP/1.1\r\n\r\n")).toMatchObject({ target: "a:1", headers: [] });
  });

  it.each([
    ["another method", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["another case", "connect a:1 HTTP/1.1\r\n\r\n"],
    ["another version", "CONNECT a:1 HTTP/1.0\r\n\r\n"],
    ["a head that is not whole", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n"],
    ["two spaces", "CONNECT  a:1 HTTP/1.1\r\n\r\n"],
    ["a space in the target", "CONNECT a:1 b HTTP/1.1\r\n\r\n"],
    ["a control byte in the target", "CONNECT a\x01:1 HTTP/1.1\r\n\r\n"],
    ["a bare line feed", "CONNECT a:1 HTTP/1.1\nHost: a\r\n\r\n"],
    ["a bare line feed in a value", "CONNECT a:1 HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"],
    ["a bare carriage return", "CONNECT a:1 HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"],
    ["a NUL", "CONNECT a:1 HTTP/1.1\r\nHost: a\0b\r\n\r\n"],
    ["a folded field", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"],
    ["a space before the colon", "CONNECT a:1 HTTP/1.1\r\nHost : a\r\n\r\n"],
    ["a field without a name", "CONNECT a:1 HTTP/1.1\r\n: a\r\n\r\n"],
    ["a field without a colon", "CONNECT a:1 HTTP/1.1\r\nHost\r\n\r\n"],
    ["a body by length", "CONNECT a:1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"],
    ["a body in chunks", "CONNECT a:1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["a head over 16 KiB", `CONNECT a:1 HTTP/1.1\r\nX: ${"x".repeat(17_000)}\r\n\r\n`],
  ])("leaves %s to the parser", (_what, text) => {
    expect(read(text)).toBeNull();
  });

  it.each([
    ["nearly fits", "a ".repeat(8_000)],
    ["is spaces", " ".repeat(16_000)],
  ])("is quick with a field that %s", (_what, value) => {
    const started = performance.now();
    for (let time = 0; time < 20; time += 1) expect(read(`CONNECT a:1 HTTP/1.1\r\nX:${value}\x01\r\n\r\n`)).toBeNull();
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
