import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { armScrub, type ScrubMode } from "../../../../src/proxy/scrub/armed.ts";
import { maskFields } from "../../../../src/proxy/scrub/find/mask-fields.ts";

const connection = {
  provider: "acme",
  name: "default",
  publicFields: { account: "an account id of some length" },
} as unknown as Connection;

function armed(values: Record<string, string>, mode: ScrubMode | null) {
  const fields = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
  return armScrub(connection, { connectionId: "con_1", fields, expiresAtMs: null }, { scrubMode: () => mode });
}

describe("the scrub of an answer", () => {
  it("masks secrets of 16 characters and more unasked, of 8 and more when asked, and shorter ones never", () => {
    expect(armed({ key: "x".repeat(16) }, null)).toMatchObject({ mode: "mask" });
    expect(armed({ key: "abcdefghijklmno" }, null)).toBe(null);
    expect(armed({ key: "abcdefgh" }, "block")).toMatchObject({ mode: "block" });
    expect(armed({ key: "abcdefg" }, "mask")).toBe(null);
    expect(armed({ key: "x".repeat(40) }, "off")).toBe(null);
  });

  it("looks for every secret field, not for those that may be shown, and is made once for a credential", () => {
    const [first, second] = ["first secret of this test", "another secret of this test"];
    const scrub = armed({ first, second, account: "an account id of some length" }, null);
    const { texts } = maskFields(scrub?.finder as never, [first, second, "an account id of some length"]);
    expect(texts).toEqual(["*".repeat(first.length), "*".repeat(second.length), "an account id of some length"]);
    const credential = { connectionId: "con_1", fields: { key: new Secret("x".repeat(20)) }, expiresAtMs: null };
    const settings = { scrubMode: () => null };
    expect(armScrub(connection, credential, settings)?.finder).toBe(armScrub(connection, credential, settings)?.finder);
  });
});
