import { describe, expect, it } from "vitest";
import { readAuthorityProfile, readLeafProfile } from "../../../src/certs/certificate-profile.ts";

describe("the certificate profiles", () => {
  it("keep a leaf within seven days and an authority at two years", () => {
    expect(readLeafProfile().lifetimeDays).toBeLessThanOrEqual(7);
    expect(readAuthorityProfile().lifetimeDays).toBe(730);
  });

  it("let an authority sign certificates and revocation lists and nothing else", () => {
    expect(readAuthorityProfile().keyUsage).toEqual(["keyCertSign", "cRLSign"]);
    expect(readAuthorityProfile().pathLength).toBe(0);
  });

  it("are read once and cannot be changed", () => {
    expect(readLeafProfile()).toBe(readLeafProfile());
    expect(Object.isFrozen(readLeafProfile())).toBe(true);
  });
});
