import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalHost, formatAuthority, hostMatches, parseAuthority, sameAuthority } from "../../../src/core/host.ts";

describe("canonicalHost", () => {
  it.each([
    ["API.OpenAI.com", "api.openai.com"],
    ["api.openai.com.", "api.openai.com"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["192.0.2.1", "192.0.2.1"],
    ["[::1]", "::1"],
    ["[0:0::1]", "::1"],
    ["[::FFFF:127.0.0.1]", "::ffff:7f00:1"],
    ["localhost", "localhost"],
    ["_dmarc.example.com", "_dmarc.example.com"],
  ])("reads %s as %s", (text, host) => expect(canonicalHost(text)).toBe(host));

  it.each([
    "",
    ".",
    "a..b",
    "-a.com",
    "a-.com",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "127.0.0.1.",
    "api.openai.com..",
    "api。openai。com",
    "api.openai.com\0",
    "a b",
    "a%2eb",
    "user@host",
    "①②⑦.0.0.1",
    "api\u00ad.openai.com",
    "ä.example",
    "[::1",
    "::1",
    "[fe80::1%25en0]",
    "a/b",
    "a:b",
    `${"a".repeat(64)}.com`,
    `${"a.".repeat(127)}com`,
    "*.openai.com",
  ])("refuses %j", (text) => expect(canonicalHost(text)).toBeNull());
});

describe("parseAuthority", () => {
  it("reads host and port and nothing else", () => {
    expect(parseAuthority("api.test:8443")).toEqual({ host: "api.test", port: 8443 });
    expect(parseAuthority("[::1]:443")).toEqual({ host: "::1", port: 443 });
    expect(parseAuthority("api.test", 443)).toEqual({ host: "api.test", port: 443 });
  });

  it.each([
    "api.test",
    "api.test:",
    "api.test:0",
    "api.test:0443",
    "api.test:+443",
    "api.test:443:80",
    "api.test:65536",
    "api.test:99999999",
    "a@b:443",
    ":443",
    "api.test: 443",
  ])("refuses %j", (text) => expect(parseAuthority(text)).toBeNull());

  it("is undone by formatAuthority", () => {
    for (const text of ["api.test", "api.test:8443", "[::1]:80"]) {
      const authority = parseAuthority(text, 443);
      expect(authority && formatAuthority(authority)).toBe(text);
    }
    expect(sameAuthority({ host: "a", port: 1 }, { host: "a", port: 2 })).toBe(false);
  });
});

describe("hostMatches", () => {
  it("matches by label", () => {
    expect(hostMatches("openai.com", "openai.com")).toBe(true);
    expect(hostMatches("*.openai.com", "api.openai.com")).toBe(true);
    expect(hostMatches("*.openai.com", "a.b.openai.com")).toBe(false);
    expect(hostMatches("**.openai.com", "a.b.openai.com")).toBe(true);
    for (const pattern of ["*.openai.com", "**.openai.com"]) {
      for (const host of ["openai.com", "evilopenai.com", "openai.com.evil.test", ".openai.com"])
        expect(hostMatches(pattern, host)).toBe(false);
    }
  });

  it("never lets a look-alike through, whatever the host", () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const host = fc.tuple(label, label, fc.constantFrom("com", "test", "dev")).map((parts) => parts.join("."));
    fc.assert(
      fc.property(host, label, (real, extra) => {
        for (const fake of [`${extra}${real}`, `${real}.${extra}.test`, `${real}${extra}`, `${extra}-${real}`]) {
          const canonical = canonicalHost(fake);
          if (canonical !== null && canonical !== real) expect(hostMatches(real, canonical)).toBe(false);
          if (canonical !== null) expect(hostMatches(`*.${real}`, canonical)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
