import { describe, expect, it } from "vitest";
import { refuseRequest } from "../../../src/ui/guard.ts";

const PORT = 7999;
const FORM = "application/x-www-form-urlencoded";

function status(method: string, headers: Record<string, string>): number | null {
  const rawHeaders = Object.entries(headers).flat();
  return refuseRequest({ method, headers, rawHeaders, port: PORT })?.status ?? null;
}

describe("reading the form", () => {
  it.each(["127.0.0.1:7999", "localhost:7999", "LOCALHOST:7999"])("is allowed as %s", (host) => {
    expect(status("GET", { host })).toBeNull();
  });

  it.each([
    "127.0.0.1",
    "127.0.0.1:80",
    "127.0.0.1:07999",
    "localhost.:7999",
    "0.0.0.0:7999",
    "[::1]:7999",
    "127.1:7999",
    "rb.evil.test:7999",
    "127.0.0.1:7999.evil.test",
    "user@127.0.0.1:7999",
    "",
  ])("is refused as %j", (host) => {
    expect(status("GET", { host })).toBe(403);
  });

  it("needs exactly one Host", () => {
    expect(refuseRequest({ method: "GET", headers: {}, rawHeaders: [], port: PORT })).toEqual({ status: 400 });
    const twice = ["Host", "localhost:7999", "host", "evil.test"];
    expect(refuseRequest({ method: "GET", headers: { host: "localhost:7999" }, rawHeaders: twice, port: PORT })).toEqual({ status: 400 });
  });

  it.each(["via", "forwarded", "x-forwarded-for", "proxy-connection"])("is refused through a proxy that says %s", (name) => {
    expect(status("GET", { host: "localhost:7999", [name]: "x" })).toBe(403);
  });

  it("may come from a link of another site, not from its images, frames or scripts", () => {
    const link = { host: "localhost:7999", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect(status("GET", link)).toBeNull();
    expect(status("GET", { ...link, "sec-fetch-dest": "iframe" })).toBe(403);
    expect(status("GET", { ...link, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" })).toBe(403);
    expect(status("GET", { ...link, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" })).toBe(403);
  });
});

describe("submitting the form", () => {
  const own = { host: "127.0.0.1:7999", "content-type": FORM };

  it.each([
    ["a text browser without Origin", {}],
    ["a browser that sends the origin", { origin: "http://127.0.0.1:7999", "sec-fetch-site": "same-origin" }],
    ["a browser that hides it because of no-referrer", { origin: "null", "sec-fetch-site": "same-origin" }],
    ["a charset", { "content-type": `${FORM}; charset=UTF-8` }],
  ])("is allowed for %s", (_who, headers) => {
    expect(status("POST", { ...own, ...headers })).toBeNull();
  });

  it.each([
    ["another origin", { origin: "http://evil.test" }],
    ["the other loopback name", { origin: "http://localhost:7999" }],
    ["https of the same name", { origin: "https://127.0.0.1:7999" }],
    ["an opaque origin nobody vouches for", { origin: "null" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another port of the same host", { origin: "http://127.0.0.1:8000", "sec-fetch-site": "same-site" }],
    ["no page at all, by the browser's word", { "sec-fetch-site": "none" }],
  ])("is refused from %s", (_who, headers) => {
    expect(status("POST", { ...own, ...headers })).toBe(403);
  });

  it.each(["application/json", "text/plain", "multipart/form-data; boundary=x", "", `${FORM}; charset=utf-16`])(
    "is refused as %j",
    (type) => {
      expect(status("POST", { host: own.host, "content-type": type })).toBe(415);
    },
  );
});

it.each(["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])("%s is not a method of the form", (method) => {
  expect(status(method, { host: "localhost:7999" })).toBe(405);
});
