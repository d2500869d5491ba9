import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { parseHostPattern, parseRule } from "../../../../src/cli/run/rules.ts";

const code = (work: () => unknown): string => {
  try {
    work();
    return "accepted";
  } catch (error) {
    return error instanceof KeywardError ? error.code : "other";
  }
};

describe("parseRule", () => {
  it.each([
    ["github:GET,HEAD /repos/**", { provider: "github", methods: ["GET", "HEAD"], path: "/repos/**" }],
    ["github:get /x", { provider: "github", methods: ["GET"], path: "/x" }],
    ["github:* /x", { provider: "github", methods: [], path: "/x" }],
    ["github:/x", { provider: "github", methods: [], path: "/x" }],
    [" google-gemini:POST   /v1/*/models ", { provider: "google-gemini", methods: ["POST"], path: "/v1/*/models" }],
  ])("reads %j", (text, rule) => {
    expect(parseRule(text)).toEqual(rule);
  });

  it.each([
    ["github"],
    ["github:GET"],
    ["github GET /x"],
    [":GET /x"],
    ["GitHub:GET /x"],
    ["github:GET x"],
    ["github:GET, /x"],
    ["github:G/T /x"],
    ["github:GET /x /y"],
    ["github:GET /x?y=1"],
    ["github:GET /x#y"],
    ["github:GET /a/../b"],
    ["github:GET //x"],
    ["github:GET /%2e%2e/x"],
    [""],
  ])("refuses %j", (text) => {
    expect(code(() => parseRule(text))).toBe("RULE_INVALID");
  });
});

describe("parseHostPattern", () => {
  it.each([
    ["API.Example.com.", "api.example.com"],
    ["*.example.com", "*.example.com"],
    ["**.example.com", "**.example.com"],
    ["10.0.0.1", "10.0.0.1"],
    ["[::1]", "::1"],
  ])("reads %s as %s", (text, pattern) => {
    expect(parseHostPattern(text)).toBe(pattern);
  });

  it.each([
    ["*"],
    ["**"],
    ["*.*"],
    ["a.*.com"],
    ["*example.com"],
    ["https://example.com"],
    ["example.com/x"],
    ["example.com:443"],
    ["ex ample.com"],
    ["*.10.0.0.1"],
    ["127.1"],
    [""],
  ])("refuses %j", (text) => {
    expect(code(() => parseHostPattern(text))).toBe("RULE_INVALID");
  });
});
