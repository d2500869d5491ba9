import { describe, expect, it } from "vitest";
import type { Connection, Origin } from "../../../../src/core/connection.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { locateProvider } from "../../../../src/daemon/logins/locate-provider.ts";
import { sampleProvider } from "../../../support/sample-provider.ts";

const selfHosted = { example: "https://own.acme.test", hosts: [{ from: "api.acme.test" }] };
const product = sampleProvider({ selfHosted });
const site = sampleProvider({
  endpoints: [{ host: "{tenant}.acme.test" }],
  tenant: { example: "eu.acme.test" },
  examples: { match: ["GET https://eu.acme.test/"], ignore: ["GET https://acme.test/"] },
});
const at = (...origins: Origin[]): Connection => ({ origins }) as unknown as Connection;
const PUBLIC = { host: "api.acme.test", port: 443 };
const OWN = { host: "own.test", port: 443 };

function codeFor(...args: Parameters<typeof locateProvider>): string {
  try {
    locateProvider(...args);
    return "fits";
  } catch (error) {
    return error instanceof KeywardError ? error.code : String(error);
  }
}

describe("where a login goes", () => {
  it("is the public service unless something else is said", () => {
    expect(locateProvider(product, null, null)).toEqual({ provider: product, host: null, flag: "" });
    expect(locateProvider(product, null, at(PUBLIC)).provider).toBe(product);
    expect(locateProvider(product, "https://api.acme.test", at(OWN))).toEqual({ provider: product, host: null, flag: "" });
  });

  it("is the server that is named, or the one it was at before", () => {
    for (const located of [locateProvider(product, "https://own.test", null), locateProvider(product, null, at(OWN))]) {
      expect(located).toMatchObject({ host: null, flag: " --base-url https://own.test" });
      expect(located.provider.endpoints).toEqual([OWN]);
    }
  });

  it("is the tenant that is named, or the one it was at before", () => {
    expect(locateProvider(site, "us.acme.test", at({ host: "eu.acme.test", port: 443 }))).toMatchObject({
      host: "us.acme.test",
      flag: " --host us.acme.test",
    });
    expect(locateProvider(site, null, at({ host: "eu.acme.test", port: 443 })).host).toBe("eu.acme.test");
    expect(locateProvider(site, null, at({ host: "eu.evil.test", port: 443 })).host).toBeNull();
    expect(locateProvider(site, null, null)).toMatchObject({ host: null, flag: "" });
  });

  it("repeats nothing that may be a key", () => {
    expect(locateProvider(site, "sk-not-a-host", null).flag).toBe(" --host HOST");
  });

  it("is refused where there are no such servers, or the text is no base URL", () => {
    expect(codeFor(sampleProvider(), "https://own.test", null)).toBe("HOST_INVALID");
    for (const text of ["http://own.test", "https://own.test/x", ""]) expect(codeFor(product, text, null)).toBe("HOST_INVALID");
  });
});
