import { describe, expect, it } from "vitest";
import { readRequestHead, readResponseHead } from "../../../../src/proxy/strict/head-grammar.ts";

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

  it("refuses other versions", () => expect(readResponseHead("HTTP/1.0 200 OK\r\n\r\n", "GET")).toBeNull());
});
