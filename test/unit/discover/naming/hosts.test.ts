import { describe, expect, it } from "vitest";
import { hostOf, providerOfHost } from "../../../../src/discover/naming/hosts.ts";

describe("providerOfHost", () => {
  it.each([
    ["github.com", "github"],
    ["API.GitHub.com", "github"],
    ["gitlab.com", "gitlab"],
    ["github.com.evil.example", null],
    ["xgithub.com", null],
    ["constructor", null],
  ])("of %s is %j", (host, provider) => {
    expect(providerOfHost(host)).toBe(provider);
  });
});

describe("hostOf", () => {
  it.each([
    ["https://acme.okta.com/", "acme.okta.com"],
    ["acme.okta.com", "acme.okta.com"],
    ["http://u:p@h.example:8080/x?y#z", "h.example:8080"],
    ["registry.acme.example:5000", "registry.acme.example:5000"],
    ["not a host", null],
    ["", null],
  ])("of %j is %j", (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});
