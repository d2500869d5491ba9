import { describe, expect, it } from "vitest";
import { describePlace, permittingRules } from "../../../../src/daemon/explain/describe-place.ts";
import type { Place } from "../../../../src/providers/schema.ts";

describe("a place in words", () => {
  it.each<[string, Place]>([
    ["header X-Key: {key}", { in: "header", name: "X-Key", templates: ["{key}", "Key {key}"] }],
    ["header Authorization: Basic any user:{key}", { in: "basic", username: "x", password: "{key}", anyUsername: true }],
    ["header Authorization: Basic {sid}:{token}", { in: "basic", username: "{sid}", password: "{token}", anyUsername: false }],
    ["query key={key}", { in: "query", name: "key", template: "{key}" }],
  ])("%s", (words, place) => {
    expect(describePlace(place)).toBe(words);
  });

  it("of a kind without words of its own is its name and field", () => {
    expect(describePlace({ in: "cookie", name: "session", template: "{key}" } as unknown as Place)).toBe("cookie session {key}");
  });
});

describe("the rules that permit a request", () => {
  const rule = (provider: string, methods: string[], path: string) => ({ provider, methods, path });
  const layer = (rules: ReturnType<typeof rule>[]) => ({ allow: [], deny: [], denyUnmatched: false, rules });

  it("are those of its provider that fit, of every layer, as they are typed", () => {
    const layers = [
      layer([rule("acme", ["GET"], "/v1/**"), rule("acme", ["POST"], "/v1/**"), rule("other", [], "/**")]),
      layer([rule("acme", [], "/**")]),
    ];
    expect(permittingRules(layers, "acme", { method: "GET", path: "/v1/x" })).toEqual(["acme:GET /v1/**", "acme:* /**"]);
    expect(permittingRules(layers, "acme", { method: "PUT", path: "/x" })).toEqual(["acme:* /**"]);
  });
});
