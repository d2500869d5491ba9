import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuthority } from "../../../src/certs/authority.ts";
import { mintLeaf } from "../../../src/certs/leaf.ts";

const nowMs = Date.now();
const dayMs = 86_400_000;
const authority = createAuthority(nowMs);

const mint = (host: string): X509Certificate => new X509Certificate(mintLeaf(authority, host, nowMs).certificatePem);

describe("mintLeaf", () => {
  it("certifies exactly the host, in the subjectAltName and nowhere else", () => {
    const leaf = mint("api.openai.com");
    expect(leaf.subjectAltName).toBe("DNS:api.openai.com");
    expect(leaf.subject ?? "").toBe("");
    expect(leaf.checkHost("api.openai.com")).toBe("api.openai.com");
    for (const host of ["openai.com", "x.api.openai.com", "apixopenai.com"]) expect(leaf.checkHost(host)).toBeUndefined();
  });

  it.each([
    ["192.0.2.7", "IP Address:192.0.2.7"],
    ["2001:db8::1", "IP Address:2001:DB8:0:0:0:0:0:1"],
  ])("certifies the address %s as an address", (address, name) => {
    expect(mint(address).subjectAltName).toBe(name);
    expect(mint(address).checkIP(address)).toBe(address);
  });

  it("is issued by the authority, is none itself and serves only servers", () => {
    const leaf = mint("api.openai.com");
    const issuer = new X509Certificate(authority.certificatePem);
    expect(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  });

  it("lasts seven days at most and began yesterday", () => {
    const leaf = mint("api.openai.com");
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBeLessThanOrEqual(7 * dayMs);
    expect(Math.abs(Date.parse(leaf.validFrom) - (nowMs - dayMs))).toBeLessThan(2000);
  });

  it("never outlives its authority", () => {
    const lateMs = nowMs + 727 * dayMs;
    const { certificatePem, notAfterMs } = mintLeaf(authority, "api.openai.com", lateMs);
    expect(new X509Certificate(certificatePem).validTo).toBe(new X509Certificate(authority.certificatePem).validTo);
    expect(notAfterMs).toBeLessThan(lateMs + 3 * dayMs);
  });

  it("brings the private key that fits", () => {
    const { certificatePem, privateKeyPem } = mintLeaf(authority, "api.openai.com", nowMs);
    expect(privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(new X509Certificate(certificatePem).publicKey.asymmetricKeyType).toBe("ec");
  });

  it.each([
    "*.openai.com",
    "API.openai.com",
    "api.openai.com.",
    "a\0.openai.com",
    "",
    "127.1",
    "fe80::1%eth0",
    "[::1]",
    "x,DNS:evil.test",
    "bücher.example",
  ])("refuses %j, which is not a plain host", (host) => {
    expect(() => mintLeaf(authority, host, nowMs)).toThrow(/plain host name or address/);
  });
});
