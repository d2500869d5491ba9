import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasVerifier, readCustody, readDescriptor, verifierOf, writeDescriptor } from "../../../../src/store/custody/descriptor.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { codeOf, modeOf, NAME, tempDirectory } from "../temp-profile.ts";

const key = randomBytes(32);
const verifier = verifierOf(key);
const wrap = { kdf: "scrypt", n: 131_072, r: 8, p: 1, salt: "", iv: "", ciphertext: "", tag: "" } as const;

describe("a descriptor", () => {
  it("says where the key is and vouches for it", () => {
    const directory = tempDirectory();
    const files = profileFiles(directory, NAME);
    expect([readDescriptor(files), readCustody(directory, NAME)]).toEqual([null, null]);
    writeDescriptor(files, key, { custody: "keychain", wrap: null });
    const descriptor = readDescriptor(files);
    expect(descriptor).toEqual({ version: 1, custody: "keychain", verifier, wrap: null });
    expect(descriptor === null ? [] : [hasVerifier(descriptor, key), hasVerifier(descriptor, randomBytes(32))]).toEqual([true, false]);
    expect([readCustody(directory, NAME), modeOf(files.descriptor)]).toEqual(["keychain", "600"]);
    expect(readFileSync(files.descriptor, "utf8")).not.toContain(key.toString("hex"));
  });

  it("keeps a wrapped key", () => {
    const files = profileFiles(tempDirectory(), NAME);
    writeDescriptor(files, key, { custody: "passphrase", wrap });
    expect(readDescriptor(files)?.wrap).toEqual(wrap);
  });

  it.each([
    ["CUSTODY_FAILED", ""],
    ["CUSTODY_FAILED", "null"],
    ["CUSTODY_FAILED", "[]"],
    ["CUSTODY_FAILED", '{"version":1'],
    ["CUSTODY_FAILED", JSON.stringify({ version: 1, custody: "cloud", verifier })],
    ["CUSTODY_FAILED", JSON.stringify({ version: 1, custody: "file", verifier: "abc" })],
    ["CUSTODY_FAILED", JSON.stringify({ version: 1, custody: "file", verifier, wrap })],
    ["CUSTODY_FAILED", JSON.stringify({ version: 1, custody: "passphrase", verifier })],
    ["CUSTODY_FAILED", JSON.stringify({ version: 1, custody: "passphrase", verifier, wrap: { ...wrap, n: "131072" } })],
    ["CUSTODY_FAILED", JSON.stringify({ custody: "file", verifier })],
    ["STORE_NEWER", JSON.stringify({ version: 2, custody: "tpm" })],
    ["nothing", JSON.stringify({ version: 1, custody: "file", verifier, note: "unknown fields are no harm" })],
  ])("is read with %s: %s", (code, text) => {
    const files = profileFiles(tempDirectory(), NAME);
    writeFileSync(files.descriptor, text, { mode: 0o600 });
    expect(codeOf(() => readDescriptor(files))).toBe(code);
  });
});
