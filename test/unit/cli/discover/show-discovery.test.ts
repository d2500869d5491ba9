import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { findingObject, shortPath } from "../../../../src/cli/discover/show-discovery.ts";
import { finding } from "../../../support/discover/sample-finding.ts";

describe("findingObject", () => {
  it("holds what is known about a finding, and no value", () => {
    const found = finding({
      expiresAtMs: 0,
      expired: true,
      account: "me",
      values: [{ field: "key", env: ["A", "B"], secret: new Secret("v1") }],
    });
    const object = findingObject(found, [found]);
    expect(object).toEqual({
      source: "tool",
      tool: "Tool",
      path: "/home/me/.tool",
      pointer: "/key",
      provider: "openai",
      definition: "openai",
      kind: "api_key",
      env: ["A", "B"],
      account: "me",
      host: null,
      expires_at: "1970-01-01T00:00:00.000Z",
      expired: true,
      renewed_by_tool: false,
      chosen: true,
    });
    expect(findingObject(found, [])["chosen"]).toBe(false);
  });
});

describe("shortPath", () => {
  it("writes ~ for one's own home and nothing else", () => {
    expect(shortPath(`${homedir()}/.netrc`, homedir())).toBe("~/.netrc");
    expect(shortPath("/other/.netrc", "/other")).toBe("/other/.netrc");
    expect(shortPath(`${homedir()}er/.netrc`, homedir())).toBe(`${homedir()}er/.netrc`);
  });
});
