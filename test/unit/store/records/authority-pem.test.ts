import { describe, expect, it } from "vitest";
import { createAuthority } from "../../../../src/certs/authority.ts";
import { authorityFromPem, authorityToPem } from "../../../../src/store/records/authority-pem.ts";

describe("an authority in one PEM file", () => {
  it("comes back as it went in", () => {
    const authority = createAuthority(Date.now());
    const back = authorityFromPem(authorityToPem(authority), "ca.pem");
    expect(authorityToPem(back)).toBe(authorityToPem(authority));
  });

  it("is refused with half of it gone, or with another's key, and the key is not quoted", () => {
    const [one, two] = [authorityToPem(createAuthority(Date.now())), authorityToPem(createAuthority(Date.now()))];
    const [certificate = ""] = one.split("-----BEGIN PRIVATE KEY");
    const mixed = certificate + two.slice(two.indexOf("-----BEGIN PRIVATE KEY"));
    for (const text of ["", certificate, mixed]) {
      expect(() => authorityFromPem(text, "ca.pem")).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT", message: expect.stringContaining("ca.pem") as string }),
      );
    }
  });
});
