import { describe, expect, it } from "vitest";
import { couldBeResponse, readRequestHead, readResponseHead } from "../../../../src/proxy/strict/head-grammar.ts";

const request = (...fields: string[]) => readRequestHead(["GET /a?b HTTP/1.1", "Host: a.test", ...fields, "", ""].join("\r\n"));
const response = (status: string, ...fields: string[]) => readResponseHead([`HTTP/1.1 ${status}`, ...fields, "", ""].join("\r\n"), "GET");

describe("readRequestHead", () => {
  it("reads a canonical head with fields in order and case", () => {
    expect(request("X-A:1", "x-a:  2  ", "Empty:", "Connection: close")).toEqual({
      method: "GET",
      target: "/a?b",
      headers: ["Host", "a.test", "X-A", "1", "x-a", "2", "Empty", "", "Connection", "close"],
      framing: { kind: "none" },
      wantsClose: true,
    });
    expect(request("Content-Length: 12")?.framing).toEqual({ kind: "length", bytes: 12 });
    expect(request("Content-Length: 0")?.framing).toEqual({ kind: "none" });
    expect(request("Transfer-Encoding: Chunked")?.framing).toEqual({ kind: "chunked" });
  });

  it.each([
    [["Host: b.test"]],
    [["Content-Length: 1", "Content-Length: 1"]],
    [["Content-Length: 1", "Transfer-Encoding: chunked"]],
    [["Transfer-Encoding: gzip, chunked"]],
    [["Content-Length: +1"]],
    [["Content-Length: 99999999999999999"]],
    [["Transfer_Encoding: chunked"]],
    [["Content.Length: 3"]],
    [["X : y"]],
    [[" X: y"]],
    [["X: a\rb"]],
    [["X: a\nb"]],
    [["X: a\0b"]],
    [["X:\v1"]],
    [["X"]],
    [[": y"]],
    [["Connection: X-Foo"]],
    [["Upgrade: h2c"]],
    [["Expect: 100-continue"]],
    [["TE: trailers"]],
    [["Trailer: X"]],
  ])("leaves %j to the general lane", (fields) => expect(request(...fields)).toBeNull());

  it.each([
    "GET / HTTP/1.0",
    "GET / HTTP/2.0",
    "GET  / HTTP/1.1",
    "get / HTTP/1.1",
    "GET https://a/ HTTP/1.1",
    "GET /a#b HTTP/1.1",
    "GET /a b HTTP/1.1",
    "GET / HTTP/1.1 ",
    "OPTIONS * HTTP/1.1",
    "",
  ])("leaves the line %j to the general lane", (line) => expect(readRequestHead(`${line}\r\nHost: a.test\r\n\r\n`)).toBeNull());
});

describe("a head made to be slow", () => {
  it.each(["request", "response"])("is judged in time that grows with its length: a %s", (kind) => {
    const read = (spaces: number): number => {
      const fields = `X:${" ".repeat(spaces)}\u0001\r\n\r\n`;
      const startedAtMs = performance.now();
      if (kind === "request") expect(readRequestHead(`GET / HTTP/1.1\r\nHost: a.test\r\n${fields}`)).toBeNull();
      else expect(readResponseHead(`HTTP/1.1 200 OK\r\n${fields}`, "GET")).toBeNull();
      return performance.now() - startedAtMs;
    };
    read(60_000);
    // An expression that backtracks takes seconds over this.
    expect(read(60_000)).toBeLessThan(500);
  });
});

describe("readResponseHead", () => {
  it("reads framing by status and method (RFC 9112 §6.3)", () => {
    expect(response("200 OK", "Content-Length: 5")).toMatchObject({
      status: 200,
      statusText: "OK",
      framing: { kind: "length", bytes: 5 },
      wantsClose: false,
    });
    expect(response("200", "Transfer-Encoding: chunked")?.framing).toEqual({ kind: "chunked" });
    expect(response("200 OK")).toMatchObject({ framing: { kind: "close" }, wantsClose: true });
    for (const status of ["204 No", "304 Not", "103 Early"])
      expect(response(status, "Content-Length: 5")?.framing).toEqual({ kind: "none" });
    expect(readResponseHead("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD")?.framing).toEqual({ kind: "none" });
    expect(response("200 OK", "Content-Length: 5", "Connection: keep-alive, Close")?.wantsClose).toBe(true);
  });

  it.each([
    ["200 OK", ["Content-Length: 1", "Content-Length: 1"]],
    ["200 OK", ["Content-Length: 1", "Transfer-Encoding: chunked"]],
    ["200 OK", ["Transfer-Encoding: gzip"]],
    ["200 OK", ["X: a\nb"]],
    ["99 X", []],
    ["2000 X", []],
  ])("refuses %s %j", (status, fields) => expect(response(status, ...fields)).toBeNull());

  it("takes HTTP/1.0, which keeps no connection and knows no chunks", () => {
    const old = (...fields: string[]) => readResponseHead(["HTTP/1.0 200 OK", ...fields, "", ""].join("\r\n"), "GET");
    expect(old("Content-Length: 5", "Connection: keep-alive")).toMatchObject({ framing: { kind: "length", bytes: 5 }, wantsClose: true });
    expect(old()).toMatchObject({ framing: { kind: "close" } });
    expect(old("Transfer-Encoding: chunked")).toBeNull();
  });

  it.each(["HTTP/2.0 200 OK", "HTTP/1.2 200 OK", "HTTP/0.9 200 OK", "ICY 200 OK"])("refuses %s", (line) =>
    expect(readResponseHead(`${line}\r\n\r\n`, "GET")).toBeNull(),
  );

  it.each([299, 599, 999])("takes status %i", (status) => expect(response(`${status} Odd`)?.status).toBe(status));
});

describe("couldBeResponse", () => {
  it.each(["", "H", "HTTP/1.", "HTTP/1.1 200", "HTTP/1.1 200 OK\r", "HTTP/1.1 200 OK\r\nA: b\r\n"])("waits for more after %j", (text) =>
    expect(couldBeResponse(Buffer.from(text))).toBe(true),
  );

  it.each(["X", "http/1.1", "HTTP/2", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\nA: b\n", "\r\nHTTP/1.1 200 OK"])("gives up at %j", (text) =>
    expect(couldBeResponse(Buffer.from(text))).toBe(false),
  );
});
