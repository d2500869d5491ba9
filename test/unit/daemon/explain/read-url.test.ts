import { describe, expect, it } from "vitest";
import { readUrl } from "../../../../src/daemon/explain/read-url.ts";

const api = { host: "api.acme.test", port: 443 };

describe("a method and a URL", () => {
  it.each([
    ["GET", "https://api.acme.test/v1?key=x#y", { method: "GET", scheme: "https", authority: api, path: "/v1" }],
    ["get", "API.acme.test.", { method: "GET", scheme: "https", authority: api, path: "/" }],
    ["POST", "wss://api.acme.test/live", { scheme: "https", authority: api, path: "/live" }],
    ["GET", "http://api.acme.test", { scheme: "http", authority: { host: "api.acme.test", port: 80 }, path: "/" }],
    ["GET", "https://api.acme.test:8443?x", { authority: { host: "api.acme.test", port: 8443 }, path: "/" }],
    ["GET", "https://[::1]/", { authority: { host: "::1", port: 443 } }],
  ])("are read as a proxy would get them: %s %s", (method, url, read) => {
    expect(readUrl(method, url)).toMatchObject(read);
  });

  it("keep the spelling of the path and lose the query", () => {
    const line = readUrl("GET", "https://api.acme.test/a/../b%2fc;d?secret=1");
    expect(line.path).toBe("/a/../b%2fc;d");
    expect(JSON.stringify(line)).not.toContain("secret");
  });

  it.each([
    "https://u:p@api.acme.test/",
    "https://müller.test/",
    "https:///x",
    "ftp://api.acme.test/",
    "https://a b/",
    "",
    "https://127.1/",
  ])("are refused when there is no plain host: %s", (url) => {
    expect(() => readUrl("GET", url)).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.not.stringContaining("u:p") as string }),
    );
  });

  it("are refused when the method is no word", () => {
    expect(() => readUrl("GET /", "https://api.acme.test/")).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
