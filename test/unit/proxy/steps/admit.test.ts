import { describe, expect, it } from "vitest";
import type { LiveRun } from "../../../../src/proxy/ports.ts";
import { admit, decodeBasic } from "../../../../src/proxy/steps/admit.ts";

const run: LiveRun = { id: "run_a", layers: [], bindings: () => [], countRequest: () => undefined };
const ports = { authenticate: (id: string, token: string) => (id === "run_a" && token === "to:ken" ? run : null) };
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("admit", () => {
  it("finds the run by its credentials; a token may hold colons", () => {
    expect(admit(["proxy-AUTHORIZATION", basic("run_a:to:ken")], ports)).toBe(run);
  });

  it.each([
    ["none", []],
    ["two", ["Proxy-Authorization", basic("run_a:to:ken"), "Proxy-Authorization", basic("run_a:to:ken")]],
    ["wrong", ["Proxy-Authorization", basic("run_a:other")]],
    ["garbage", ["Proxy-Authorization", "Basic !!!"]],
    ["in the wrong field", ["Authorization", basic("run_a:to:ken")]],
  ])("refuses %s", (_what, headers) =>
    expect(() => admit(headers, ports)).toThrow(expect.objectContaining({ code: "PROXY_AUTH_REQUIRED" })),
  );
});

describe("decodeBasic", () => {
  it("reads RFC 7617 and refuses the rest", () => {
    expect(decodeBasic(basic("a:b:c"))).toEqual({ user: "a", password: "b:c" });
    expect(decodeBasic("basic   " + basic("a:").slice(6))).toEqual({ user: "a", password: "" });
    for (const text of ["", "Basic", "Basic a b", basic("nocolon"), "Bearer x"]) expect(decodeBasic(text)).toBeNull();
  });
});
