import { describe, expect, it } from "vitest";
import { matchPlaces, ownsAuthority } from "../../../../src/providers/match.ts";
import { completeTenant, fitsTenant, tenantOrigin } from "../../../../src/providers/login/tenant.ts";
import { sampleProvider } from "../../../support/sample-provider.ts";

const site = sampleProvider({
  endpoints: [{ host: "{tenant}.acme.test", paths: ["/api/**"] }, { host: "api.acme.test" }],
  tenant: { label: "Site", example: "eu.acme.test" },
  examples: { match: ["GET https://eu.acme.test/api/x", "GET https://api.acme.test/"], ignore: ["GET https://eu.acme.test/x"] },
});
const own = sampleProvider({
  endpoints: [{ host: "{tenant}" }],
  tenant: { example: "git.acme.test" },
  examples: { match: ["GET https://git.acme.test/"], ignore: ["GET http://git.acme.test/"] },
});

describe("tenantOrigin", () => {
  it.each([
    ["eu.acme.test", "eu.acme.test"],
    ["EU.Acme.test.", "eu.acme.test"],
    [" https://eu.acme.test/start?x=1#y ", "eu.acme.test"],
    ["eu.acme.test:443", "eu.acme.test"],
  ])("reads %j", (typed, host) => {
    expect(tenantOrigin(site, typed)).toEqual({ host, port: 443 });
  });

  it.each([
    "acme.test",
    "a.eu.acme.test",
    "euacme.test",
    "eu.acme.test.evil.test",
    "eu.acme.test:8443",
    "*.acme.test",
    "{tenant}.acme.test",
    "x@eu.acme.test",
    "http://eu.acme.test",
    "eu.acme.test/../..@evil.test",
    ".acme.test",
    "eu acme.test",
    "",
  ])("refuses %j, or reads nothing but the host in it", (typed) => {
    const origin = tenantOrigin(site, typed);
    expect(origin === null || origin.host === "eu.acme.test").toBe(true);
    expect([typed, typed.startsWith("eu.acme.test/") ? null : origin]).toEqual([typed, null]);
  });

  it("takes any host and port for a server of the user's own", () => {
    expect(tenantOrigin(own, "git.intern:8443")).toEqual({ host: "git.intern", port: 8443 });
    expect(tenantOrigin(own, "10.0.0.7")).toEqual({ host: "10.0.0.7", port: 443 });
    expect(tenantOrigin(own, "127.1")).toBeNull();
  });

  it("completes a bare site name only where one suffix is meant", () => {
    expect(completeTenant(site, "eu")).toBe("eu.acme.test");
    expect(completeTenant(own, "eu")).toBe("eu");
    expect(completeTenant(site, "eu.acme.test")).toBe("eu.acme.test");
  });
});

describe("a definition with {tenant}", () => {
  it("matches any tenant; which is the user's own, the connection says", () => {
    expect(ownsAuthority(site, { host: "other.acme.test", port: 443 })).toBe(true);
    expect(ownsAuthority(site, { host: "a.b.acme.test", port: 443 })).toBe(false);
    expect(ownsAuthority(site, { host: "acme.test", port: 443 })).toBe(false);
    expect(matchPlaces(site, { host: "eu.acme.test", port: 443, path: "/x" })).toBeNull();
    expect(fitsTenant({ host: "{tenant}", port: 443 }, { host: "x", port: 8443 })).toBe(true);
  });
});
