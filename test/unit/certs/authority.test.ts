import { X509Certificate } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createAuthority, isAuthorityUsable, openAuthority } from "../../../src/certs/authority.ts";

const nowMs = Date.now();
const dayMs = 86_400_000;

describe("createAuthority", () => {
  it("makes a self-signed P-256 authority that lasts two years from yesterday", () => {
    const certificate = new X509Certificate(createAuthority(nowMs).certificatePem);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect(Date.parse(certificate.validFrom)).toBeLessThanOrEqual(nowMs - dayMs);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(730 * dayMs);
  });

  it("names itself so that a person knows where it comes from, and each one apart", () => {
    const names = new Set(Array.from({ length: 8 }, () => openAuthority(createAuthority(nowMs)).commonName));
    for (const name of names) expect(name).toMatch(/^keyward local CA [0-9a-f]{4}$/);
    expect(names.size).toBeGreaterThan(1);
  });

  it("never shows its private key when it is printed", () => {
    const authority = createAuthority(nowMs);
    expect(inspect(authority) + JSON.stringify(authority)).not.toContain("PRIVATE KEY");
  });
});

describe("isAuthorityUsable", () => {
  const authority = createAuthority(nowMs);

  it.each([
    ["now", 0, true],
    ["a day before it was made, with a clock that is behind", -dayMs + 3_600_000, true],
    ["before it is valid", -3 * dayMs, false],
    ["with more than thirty days left", 698 * dayMs, true],
    ["with less than thirty days left", 700 * dayMs, false],
    ["after its end", 800 * dayMs, false],
  ])("looked at %s", (_when, offsetMs, usable) => {
    expect(isAuthorityUsable(authority, nowMs + offsetMs)).toBe(usable);
  });

  it("refuses a certificate with another authority's key, and one that does not parse", () => {
    const { privateKeyPem } = createAuthority(nowMs);
    expect(isAuthorityUsable({ certificatePem: authority.certificatePem, privateKeyPem }, nowMs)).toBe(false);
    expect(isAuthorityUsable({ certificatePem: "not a certificate", privateKeyPem }, nowMs)).toBe(false);
  });
});

describe("openAuthority", () => {
  it("says so when key and certificate do not belong together", () => {
    const { certificatePem } = createAuthority(nowMs);
    const { privateKeyPem } = createAuthority(nowMs);
    expect(() => openAuthority({ certificatePem, privateKeyPem })).toThrow(/do not belong together/);
  });
});
