import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureGatewayAuthority } from "../../../../src/daemon/gateway/gateway-authority.ts";
import { tempDirectory } from "../../store/temp-profile.ts";

const YEAR_MS = 365 * 24 * 3_600_000;

describe("a gateway's certificate authority", () => {
  it("is made once, private, with the certificate alone beside it", () => {
    const path = join(tempDirectory(), "ca.pem");
    const first = ensureGatewayAuthority(path, Date.now());
    const second = ensureGatewayAuthority(path, Date.now());
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.authority.certificatePem.trim()).toBe(first.authority.certificatePem.trim());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(first.certificatePath, "utf8")).not.toContain("PRIVATE KEY");
  });

  it("is refused when others can read it, when it is none, and when it is over", () => {
    const path = join(tempDirectory(), "ca.pem");
    ensureGatewayAuthority(path, Date.now());
    expect(() => ensureGatewayAuthority(path, Date.now() + 10 * YEAR_MS)).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE" }));
    chmodSync(path, 0o644);
    expect(() => ensureGatewayAuthority(path, Date.now())).toThrow(expect.objectContaining({ code: "HOME_UNSAFE" }));
    const broken = join(tempDirectory(), "ca.pem");
    writeFileSync(broken, "nothing", { mode: 0o600 });
    expect(() => ensureGatewayAuthority(broken, Date.now())).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
    expect(readFileSync(broken, "utf8")).toBe("nothing");
  });
});
