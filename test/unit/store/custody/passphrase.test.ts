import type * as nodeCrypto from "node:crypto";
import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import type { WrappedKey } from "../../../../src/store/custody/descriptor.ts";
import { unwrapKey, wrapKey } from "../../../../src/store/custody/passphrase.ts";
import { codeOfAsync } from "../temp-profile.ts";

const derivations = vi.hoisted(() => ({ count: 0 }));
vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof nodeCrypto>();
  const scrypt: typeof crypto.scrypt = (...given: unknown[]) => {
    derivations.count++;
    (crypto.scrypt as (...all: unknown[]) => void)(...given);
  };
  return { ...crypto, scrypt };
});

const key = randomBytes(32);
const passphrase = new Secret("correct horse");
const zeros = (count: number): string => Buffer.alloc(count).toString("base64");

describe("a wrapped key", () => {
  it("comes back with the passphrase, however it was composed, and only for its profile", async () => {
    const wrapped = await wrapKey(key, new Secret("é"), "work");
    expect(await unwrapKey(wrapped, new Secret("e\u0301"), "work")).toEqual(key);
    expect(await codeOfAsync(() => unwrapKey(wrapped, new Secret("é"), "home"))).toBe("STORE_KEY_WRONG");
    expect(await codeOfAsync(() => unwrapKey(wrapped, new Secret("e"), "work"))).toBe("STORE_KEY_WRONG");
  });

  it("says how it was made and nothing of the key, and is different each time", async () => {
    const [first, second] = [await wrapKey(key, passphrase, "work"), await wrapKey(key, passphrase, "work")];
    expect(first).toMatchObject({ kdf: "scrypt", n: 131_072, r: 8, p: 1 });
    expect([first.salt === second.salt, first.iv === second.iv, first.ciphertext === second.ciphertext]).toEqual([false, false, false]);
    expect(JSON.stringify(first)).not.toContain(key.toString("base64"));
  });

  it("costs one derivation to try, right or wrong", async () => {
    const wrapped = await wrapKey(key, passphrase, "work");
    for (const tried of ["wrong", "correct horse"]) {
      derivations.count = 0;
      await unwrapKey(wrapped, new Secret(tried), "work").catch(() => {});
      expect(derivations.count).toBe(1);
    }
  });

  it("with any part of it changed does not come back", async () => {
    const wrapped = await wrapKey(key, passphrase, "work");
    const flipped = (name: "salt" | "iv" | "ciphertext" | "tag"): WrappedKey => {
      const bytes = Buffer.from(wrapped[name], "base64");
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return { ...wrapped, [name]: bytes.toString("base64") };
    };
    for (const name of ["salt", "iv", "ciphertext", "tag"] as const) {
      expect(await codeOfAsync(() => unwrapKey(flipped(name), passphrase, "work"))).toBe("STORE_KEY_WRONG");
    }
  });

  it.each([
    { n: 2 ** 30 },
    { n: 2 },
    { n: 100_000 },
    { r: 1_000 },
    { p: 99 },
    { tag: "" },
    { iv: "AA==" },
    { ciphertext: "AA==" },
    { salt: "" },
  ])("with %j is refused before anything is derived", async (change) => {
    const wrapped: WrappedKey = {
      kdf: "scrypt",
      n: 131_072,
      r: 8,
      p: 1,
      salt: zeros(16),
      iv: zeros(12),
      ciphertext: zeros(32),
      tag: zeros(16),
      ...change,
    };
    derivations.count = 0;
    expect(await codeOfAsync(() => unwrapKey(wrapped, passphrase, "work"))).toBe("CUSTODY_FAILED");
    expect(derivations.count).toBe(0);
  });

  it("is never made of an empty passphrase", async () => {
    expect(await codeOfAsync(() => wrapKey(key, new Secret(""), "work"))).toBe("KEY_EMPTY");
  });
});
