import { describe, expect, it } from "vitest";
import { coversPattern, globProblems, hostProblems, patternProblems } from "../../../../src/providers/lint/hosts.ts";
import { unlintedProvider } from "../../../support/sample-provider.ts";

function whats(endpoints: unknown[], inject?: unknown[]): string[] {
  return hostProblems(unlintedProvider({ endpoints, ...(inject === undefined ? {} : { inject }) })).map(({ what }) => what);
}

describe("host patterns", () => {
  it.each(["api.acme.com", "*.acme.com", "**.acme.com", "*.api.acme.co.uk", "localhost", "127.0.0.1", "*.svc.corp.internal"])(
    "%s is fine",
    (host) => {
      expect(patternProblems(host, [])).toEqual([]);
    },
  );

  it.each([
    "*.com",
    "**.com",
    "*.co.uk",
    "*.test",
    "*.localhost",
    "*.herokuapp.com",
    "*.github.io",
    "*.vercel.app",
    "*.myshopify.com",
    "*.supabase.co",
    "*.hf.space",
    "*.s3.amazonaws.com",
    "*.amazonaws.com",
    "**.amazonaws.com",
    "*.openai.azure.com",
    "*.azure.com",
    "*.blob.core.windows.net",
    "*.atlassian.net",
    "*.zendesk.com",
    "*.okta.com",
    "*.endpoints.huggingface.cloud",
    "*.my.salesforce.com",
    "**.salesforce.com",
  ])("%s covers hosts of strangers", (host) => {
    expect(patternProblems(host, []).map(({ what }) => what)).toEqual([expect.stringMatching(/anybody can register/)]);
  });

  it.each(["127.1", "*.0.0.1", "a..b", "-a.acme.com", `${"a".repeat(64)}.com`, "0x7f.1"])("%s is no plain host", (host) => {
    expect(patternProblems(host, []).map(({ what }) => what)).toEqual([expect.stringMatching(/not a plain host/)]);
  });
});

describe("coversPattern", () => {
  it.each<[string, string, boolean]>([
    ["a.test", "a.test", true],
    ["*.a.test", "x.a.test", true],
    ["*.a.test", "x.y.a.test", false],
    ["**.a.test", "x.y.a.test", true],
    ["**.a.test", "*.a.test", true],
    ["**.a.test", "*.x.a.test", true],
    ["*.a.test", "**.a.test", false],
    ["x.a.test", "*.a.test", false],
  ])("%s covers %s: %s", (wider, pattern, expected) => {
    expect(coversPattern(wider, pattern)).toBe(expected);
  });
});

describe("endpoints", () => {
  it("are declared once for host and port", () => {
    expect(whats([{ host: "api.acme.test" }, { host: "api.acme.test", paths: ["/v1"] }])).toContainEqual(
      expect.stringMatching(/already endpoints\[0\]/),
    );
    expect(whats([{ host: "api.acme.test" }, { host: "api.acme.test", port: 8443 }])).toEqual([]);
  });

  it("have a place to write to", () => {
    const inject = [[{ in: "header", name: "X-Key", templates: ["{key}"], hosts: ["api.acme.com"] }]];
    expect(whats([{ host: "api.acme.com" }, { host: "www.acme.com" }], inject)).toEqual(["no place of 'inject' is for this host"]);
    expect(whats([{ host: "*.acme.com" }], inject)).toEqual([]);
  });

  it("do not limit paths that a wildcard opens again", () => {
    expect(whats([{ host: "api.acme.com", paths: ["/v1/**"] }, { host: "*.acme.com" }])).toEqual([expect.stringMatching(/mean nothing/)]);
    expect(whats([{ host: "api.acme.com" }, { host: "*.acme.com", paths: ["/v1/**"] }])).toEqual([]);
  });
});

describe("path globs", () => {
  it.each(["/", "/api/**", "/*/*/info/refs", "/v*/things", "/**/info/refs", "/*.git/**"])("%s is well formed", (glob) => {
    expect(globProblems([glob], [])).toEqual([]);
  });

  it.each(["/a**", "/**b/c", "/a//b", "/a/../b", "/a?x=1", "/a b", "/a#b", "/%2e", "/{a,b}", "/[ab]", "/ä", "/***"])(
    "%s is not",
    (glob) => {
      expect(globProblems([glob], [])).toHaveLength(1);
    },
  );
});
