import { describe, expect, it } from "vitest";
import { bundledProvidersDirectory, loadProviders } from "../../../../src/providers/catalogue.ts";
import { atBase, atOrigins, baseUrlOf, parseBaseUrl } from "../../../../src/providers/login/self-hosted.ts";
import { matchPlaces, ownsAuthority } from "../../../../src/providers/match.ts";
import type { Provider } from "../../../../src/providers/schema.ts";
import { sampleProvider, unlintedProvider } from "../../../support/sample-provider.ts";

const catalogue = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/nowhere" });
const bundled = (id: string): Provider => {
  const provider = catalogue.get(id);
  if (provider === null) throw new Error(id);
  return provider;
};
const base = { host: "git.acme.test", port: 443 };
const placesAt = (provider: Provider, path: string, host = base.host): string[] =>
  (matchPlaces(provider, { host, port: 443, path }) ?? []).flat().map((place) => place.in);

describe("a base URL", () => {
  it.each([
    ["https://git.acme.test", base],
    ["https://git.acme.test/", base],
    [" HTTPS://Git.Acme.Test. ", base],
    ["git.acme.test", base],
    ["https://git.acme.test:8443", { host: "git.acme.test", port: 8443 }],
    ["https://127.0.0.1:8443", { host: "127.0.0.1", port: 8443 }],
    ["https://[::1]:8443", { host: "::1", port: 8443 }],
    ["http://git.acme.test", null],
    ["http://localhost:8080", null],
    ["https://git.acme.test/gitlab", null],
    ["https://user@git.acme.test", null],
    ["https://git.acme.test?x", null],
    ["https://git.acme.test#x", null],
    ["https://git.acme.test\\@evil.test", null],
    ["https://*.acme.test", null],
    ["https://gít.acme.test", null],
    ["https://git.acme.test:0", null],
    ["https://git.acme.test:99999", null],
    ["https://127.1", null],
    ["javascript:alert(1)", null],
    ["", null],
  ])("%s", (text, expected) => {
    expect(parseBaseUrl(text)).toEqual(expected);
  });
});

describe("a definition at a server of the user's own", () => {
  it("has every address there and none at the public service", () => {
    for (const id of ["gitlab", "github", "sentry"]) {
      const there = atBase(bundled(id), base);
      const { sources: _sources, examples: _examples, notes: _notes, docsUrl: _docsUrl, id: _id, ...active } = there;
      expect(
        JSON.stringify(active)
          .match(/https:\/\/[^/"]+/g)
          ?.filter((url) => url !== "https://git.acme.test"),
      ).toEqual([]);
      expect(there.endpoints.map(({ host }) => host)).toEqual([base.host]);
      expect(there.oauth?.tokenUrl).toMatch(/^https:\/\/git\.acme\.test\//);
      for (const { host } of bundled(id).endpoints) expect(ownsAuthority(there, { host, port: 443 })).toBe(false);
    }
  });

  it("keeps gitlab's paths", () => {
    const there = atBase(bundled("gitlab"), base);
    expect(placesAt(there, "/api/v4/user")).toEqual(["header", "header"]);
    expect(placesAt(there, "/g/p.git/info/refs")).toEqual(["basic"]);
    expect(placesAt(there, "/users/sign_in")).toEqual([]);
  });

  it("gives github's API its paths on the one host", () => {
    const there = atBase(bundled("github"), base);
    expect(placesAt(there, "/api/v3/user")).toEqual(["header", "basic"]);
    expect(placesAt(there, "/api/uploads/x")).toEqual(["header", "basic"]);
    expect(placesAt(there, "/o/r.git/info/refs")).toEqual(["basic"]);
    expect(placesAt(there, "/o/r")).toEqual([]);
    expect(there.verify?.path).toBe("/api/v3/user");
  });

  it("may have names in front of the base, and goes by its port", () => {
    const selfHosted = {
      example: "https://acme.example.com",
      hosts: [{ from: "app.acme.test" }, { from: "api.acme.test", to: "api.{base}" }],
    };
    const provider = unlintedProvider({
      endpoints: [{ host: "api.acme.test" }, { host: "app.acme.test" }, { host: "cdn.acme.test" }],
      selfHosted,
    });
    expect(atBase(provider, { host: "own.test", port: 8443 }).endpoints).toEqual([
      { host: "own.test", port: 8443 },
      { host: "api.own.test", port: 8443 },
    ]);
  });

  it("is the public one when the base is", () => {
    const gitlab = bundled("gitlab");
    expect(atBase(gitlab, { host: "gitlab.com", port: 443 })).toBe(gitlab);
    expect(atBase(gitlab, { host: "gitlab.com", port: 8443 })).not.toBe(gitlab);
    const sample = sampleProvider();
    expect(atBase(sample, base)).toBe(sample);
  });

  it("is found again by what a connection was bound to", () => {
    const gitlab = bundled("gitlab");
    expect(atOrigins(gitlab, [base])).toEqual(atBase(gitlab, base));
    expect(atOrigins(gitlab, [{ host: "gitlab.com", port: 443 }])).toBe(gitlab);
    expect(atOrigins(gitlab, [])).toBe(gitlab);
    expect(baseUrlOf(gitlab, [{ ...base, port: 8443 }])).toBe("https://git.acme.test:8443");
    expect(baseUrlOf(gitlab, [{ host: "gitlab.com", port: 443 }])).toBeNull();
    expect(baseUrlOf(sampleProvider(), [base])).toBeNull();
  });

  it("has no OAuth when that is elsewhere", () => {
    const oauth = { flows: ["token"], tokenUrl: "https://auth.acme.test/token", howToGetClientId: "make an app" };
    const provider = unlintedProvider({ oauth, selfHosted: { example: "https://own.test", hosts: [{ from: "api.acme.test" }] } });
    expect(atBase(provider, base).oauth).toBeUndefined();
  });
});
