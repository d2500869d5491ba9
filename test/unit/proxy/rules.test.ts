import { describe, expect, it } from "vitest";
import type { RuleLayer } from "../../../src/core/run.ts";
import { hasRequestRules, permitsRequest, refuseHost } from "../../../src/proxy/rules.ts";

const layer = (part: Partial<RuleLayer>): RuleLayer => ({ allow: [], deny: [], denyUnmatched: false, rules: [], ...part });

describe("refuseHost", () => {
  it("permits everything without layers", () => expect(refuseHost([], "a.test", false)).toBeNull());

  it("lets deny win over allow and over being bound", () => {
    expect(refuseHost([layer({ allow: ["a.test"], deny: ["a.test"] })], "a.test", true)).toContain("denies");
  });

  it("lets bound and allowed hosts through deny-unmatched", () => {
    const layers = [layer({ denyUnmatched: true, allow: ["*.ok.test"] })];
    expect(refuseHost(layers, "bound.test", true)).toBeNull();
    expect(refuseHost(layers, "x.ok.test", false)).toBeNull();
    expect(refuseHost(layers, "ok.test", false)).not.toBeNull();
  });

  it("can only be narrowed by a further layer", () => {
    const layers = [layer({ denyUnmatched: true }), layer({ denyUnmatched: true, allow: ["a.test"] })];
    expect(refuseHost(layers, "a.test", false)).not.toBeNull();
  });
});

describe("permitsRequest", () => {
  const layers = [
    layer({
      rules: [
        { provider: "github", methods: ["GET", "HEAD"], path: "/repos/**" },
        { provider: "github", methods: [], path: "/user" },
      ],
    }),
  ];

  it("asks only layers that have rules for the provider", () => {
    expect(permitsRequest(layers, "openai", { method: "POST", path: "/v1" })).toBe(true);
    expect(hasRequestRules(layers, "github")).toBe(true);
    expect(hasRequestRules(layers, "openai")).toBe(false);
  });

  it.each([
    ["GET", "/repos/a/b", true],
    ["POST", "/repos/a/b", false],
    ["DELETE", "/user", true],
    ["GET", "/orgs", false],
  ])("%s %s → %s", (method, path, expected) => expect(permitsRequest(layers, "github", { method, path })).toBe(expected));

  it("needs every layer's yes", () => {
    const both = [...layers, layer({ rules: [{ provider: "github", methods: ["GET"], path: "/repos/mine/**" }] })];
    expect(permitsRequest(both, "github", { method: "GET", path: "/repos/mine/x" })).toBe(true);
    expect(permitsRequest(both, "github", { method: "GET", path: "/repos/other/x" })).toBe(false);
  });
});
