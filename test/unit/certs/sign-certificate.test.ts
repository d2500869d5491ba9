import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signCertificate } from "../../../src/certs/sign-certificate.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });

function build(): X509Certificate {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  return new X509Certificate(
    signCertificate({
      subjectName: "a name",
      issuerName: "an issuer",
      notBeforeMs: nowMs,
      notAfterMs: nowMs + 1000,
      extensions: [],
      publicKey,
      issuerPublicKey: other.publicKey,
      issuerPrivateKey: other.privateKey,
    }),
  );
}

describe("signCertificate", () => {
  it("certifies the given key and is signed by the issuer's", () => {
    const certificate = build();
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
    expect(certificate.verify(other.publicKey)).toBe(true);
    expect(certificate.verify(publicKey)).toBe(false);
  });

  it("writes names and validity as given", () => {
    const certificate = build();
    expect([certificate.subject, certificate.issuer]).toEqual(["CN=a name", "CN=an issuer"]);
    expect([certificate.validFrom, certificate.validTo]).toEqual(["Jan  2 03:04:05 2026 GMT", "Jan  2 03:04:06 2026 GMT"]);
  });

  it("gives every certificate a positive serial with 128 random bits, always of the same length", () => {
    const serials = Array.from({ length: 50 }, () => build().serialNumber);
    expect(new Set(serials).size).toBe(50);
    for (const serial of serials) expect(serial).toMatch(/^01[0-9A-F]{32}$/);
  });
});
