import { describe, expect, it } from "vitest";
import { describePlace, permittingRules } from "../../../../src/daemon/explain/describe-place.ts";
import type { Place } from "../../../../src/providers/schema.ts";

describe("a place in words", () => {
  it.each<[string, Place]>([
    ["header X-Key: {key}", { in: "header", name: "X-Key", templates: ["{key}", "Key {key}"] }],
    ["header Authorization: Basic any user:{key}", { in: "basic", username: "x", password: "{key}", anyUsername: true }],
    ["header Authorization: Basic {sid}:{token}", { in: "basic", username: "{sid}", password: "{token}", anyUsername: false }],
    ["query key={key}", { in: "query", name: "key", template: "{key}" }],
    ["path /bot{key}/**", { in: "path", template: "/bot{key}/**" }],
    ["cookie session={key}", { in: "cookie", name: "session", template: "{key}" }],
    ["form field token={key}, where the client sends it", { in: "form", name: "token", template: "{key}" }],
    ["JSON body /auth/token: {key}, where the client sends it", { in: "json", pointer: "/auth/token", template: "{key}" }],
    ["AWS signature made anew with {id}, {secret}", { in: "sigv4", accessKey: "{id}", secretKey: "{secret}" }],
    [
      "AWS signature made anew with {id}, {secret}, {session}",
      { in: "sigv4", accessKey: "{id}", secretKey: "{secret}", sessionToken: "{session}" },
    ],
  ])("%s", (words, place) => {
    expect(describePlace(place)).toBe(words);
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
