import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { certificatePath, ensureAuthority, writeCertificate } from "../../../../src/daemon/profiles/authority-file.ts";
import type { ProfileStore, StoredAuthority } from "../../../../src/store/profile-store.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00Z");
const YEARS_MS = 365 * 86_400_000;
let kept: StoredAuthority | null;
let store: ProfileStore;

beforeEach(() => {
  kept = null;
  store = { readAuthority: () => kept, writeAuthority: (authority: StoredAuthority) => (kept = authority) } as unknown as ProfileStore;
});

describe("the authority", () => {
  it("is made once and kept", () => {
    const made = ensureAuthority(store, NOW_MS);
    expect(kept).toBe(made);
    expect(ensureAuthority(store, NOW_MS + 1)).toBe(made);
  });

  it("near its end is replaced", () => {
    const made = ensureAuthority(store, NOW_MS);
    expect(ensureAuthority(store, NOW_MS + 2 * YEARS_MS).certificatePem).not.toBe(made.certificatePem);
  });
});

describe("the certificate file", () => {
  it("is private, replaced whole, and never holds the key", () => {
    const directory = mkdtempSync(join(tmpdir(), "kw-ca-"));
    const path = certificatePath({ ...resolvePaths({ KEYWARD_HOME: directory }), state: directory }, "work");
    const authority = ensureAuthority(store, NOW_MS);
    writeFileSync(path, "old", { mode: 0o644 });
    writeCertificate(path, authority);
    expect(readFileSync(path, "utf8")).toBe(authority.certificatePem);
    expect(authority.certificatePem).not.toContain("PRIVATE");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = statSync(path);
    writeCertificate(path, authority);
    expect(statSync(path).ino).toBe(before.ino);
    expect(readdirSync(directory)).toEqual(["ca-work.pem"]);
  });

  it("that cannot be written says so", () => {
    expect(() => writeCertificate("/proc/nowhere/ca.pem", ensureAuthority(store, NOW_MS))).toThrow(
      expect.objectContaining({ code: "HOME_UNUSABLE" }),
    );
  });
});
