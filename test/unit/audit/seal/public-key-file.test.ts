import { generateKeyPairSync } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { keyId } from "../../../../src/audit/seal/checkpoint.ts";
import { publicKeyPath, readPublicKey, writePublicKey } from "../../../../src/audit/seal/public-key-file.ts";
import { tempPath } from "../temp-audit.ts";
import { testSeal } from "./test-seal.ts";

it("the public key comes back, is written once, and the next one replaces it", () => {
  const path = tempPath();
  expect(readPublicKey(path)).toBeNull();
  const [one, other] = [testSeal().publicKey, testSeal().publicKey];
  writePublicKey(path, one);
  const { ino, mode } = statSync(publicKeyPath(path));
  expect(mode & 0o777).toBe(0o600);
  writePublicKey(path, one);
  expect(statSync(publicKeyPath(path)).ino).toBe(ino);
  writePublicKey(path, other);
  expect(keyId(readPublicKey(path) ?? one)).toBe(keyId(other));
});

it("a key of another kind, or none, is no key", () => {
  const path = tempPath();
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  for (const text of ["", "x", publicKey.export({ type: "spki", format: "pem" }).toString()]) {
    writeFileSync(publicKeyPath(path), text);
    expect(readPublicKey(path)).toBeNull();
  }
});
