import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchPlaces, ownsAuthority } from "../../../src/providers/match.ts";
import { sampleProvider, unlintedProvider } from "../../support/sample-provider.ts";

const header = (name: string, scope = {}) => ({ in: "header", name, templates: ["{key}"], ...scope });

const wide = unlintedProvider({
  endpoints: [
    { host: "api.acme.test" },
    { host: "acme.test", paths: ["/api/**", "/*/*/info/refs"] },
    { host: "*.eu.acme.test", port: 8443 },
    { host: "**.deep.acme.test" },
  ],
  inject: [[header("X-First", { hosts: ["api.acme.test"] }), header("X-Everywhere")], [header("X-Api", { paths: ["/api/**"] })]],
});

function names(host: string, path = "/", port = 443): string[] | null {
  const alternatives = matchPlaces(wide, { host, port, path });
  return alternatives?.map((places) => places.map((place) => (place.in === "header" ? place.name : place.in)).join("+")) ?? null;
}

describe("matchPlaces", () => {
  it("gives the alternatives in order, each with the places for that host and path", () => {
    expect(names("api.acme.test", "/v1")).toEqual(["X-First+X-Everywhere"]);
    expect(names("api.acme.test", "/api/v1")).toEqual(["X-First+X-Everywhere", "X-Api"]);
    expect(names("acme.test", "/api/v1")).toEqual(["X-Everywhere", "X-Api"]);
  });

  it("matches by label: one for a star, one or more for two", () => {
    expect(names("a.eu.acme.test", "/", 8443)).not.toBeNull();
    expect(names("a.b.eu.acme.test", "/", 8443)).toBeNull();
    expect(names("eu.acme.test", "/", 8443)).toBeNull();
    expect(names("a.b.deep.acme.test")).not.toBeNull();
    expect(names("deep.acme.test")).toBeNull();
    expect(names("evilapi.acme.test")).toBeNull();
    expect(names("api.acme.test.evil.test")).toBeNull();
    expect(names("xeu.acme.test", "/", 8443)).toBeNull();
  });

  it("holds the port", () => {
    expect(names("api.acme.test", "/", 8443)).toBeNull();
    expect(names("a.eu.acme.test", "/", 443)).toBeNull();
  });

  it.each(["/", "/apix", "/v1/api/x", "/o/r/info/refs/x", "/o/info/refs", "*", ""])(
    "keeps off the path %j where paths are limited",
    (path) => {
      expect(names("acme.test", path)).toBeNull();
    },
  );

  it.each([
    "/api/../admin",
    "/api/./x",
    "/api/%2e%2e/admin",
    "/api/%2E%2e/admin",
    "/api//x",
    "//api/x",
    "/api/x%2fy",
    "/api/x%5cy",
    "/api/\\x",
    "/api/x;y",
    "/api/x#y",
    "/api/%00",
    "/api/%252e%252e/admin",
    "/api/..",
  ])("never matches the ambiguous path %j where paths are limited", (path) => {
    expect(names("acme.test", path)).toBeNull();
    // Where they are not, the path says nothing about the credential.
    expect(names("api.acme.test", path)).toEqual(["X-First+X-Everywhere"]);
  });

  it("tells an owned place without a slot from one that is not owned", () => {
    const narrow = unlintedProvider({ inject: [[header("X-Api", { paths: ["/api/**"] })]] });
    expect(matchPlaces(narrow, { host: "api.acme.test", port: 443, path: "/other" })).toEqual([]);
    expect(matchPlaces(narrow, { host: "other.acme.test", port: 443, path: "/api/x" })).toBeNull();
  });

  it("owns no host but the declared one, whatever is put around it", () => {
    const provider = sampleProvider();
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    fc.assert(
      fc.property(label, fc.integer({ min: 1, max: 65535 }), (text, port) => {
        for (const host of [
          `${text}api.acme.test`,
          `${text}.api.acme.test`,
          `api.acme.test.${text}`,
          `api.acme.test${text}`,
          `api${text}.acme.test`,
        ]) {
          expect(matchPlaces(provider, { host, port, path: "/" })).toBeNull();
        }
        expect(matchPlaces(provider, { host: "api.acme.test", port, path: "/" }) !== null).toBe(port === 443);
      }),
    );
  });
});

describe("ownsAuthority", () => {
  it("asks for host and port only", () => {
    expect(ownsAuthority(wide, { host: "acme.test", port: 443 })).toBe(true);
    expect(ownsAuthority(wide, { host: "acme.test", port: 80 })).toBe(false);
    expect(ownsAuthority(wide, { host: "www.acme.test", port: 443 })).toBe(false);
  });
});
