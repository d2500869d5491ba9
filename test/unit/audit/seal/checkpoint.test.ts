import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSignedBy, keyId, makeCheckpoint, publicHalf, signedText, signWith } from "../../../../src/audit/seal/checkpoint.ts";
import { testSeal } from "./test-seal.ts";

const place = { count: 7, head: "ab".repeat(32), atMs: 1_700_000_000_000 };

describe("a checkpoint", () => {
  it("fits the key that made it and no other", () => {
    const seal = testSeal();
    const record = { ...makeCheckpoint(seal, place), atMs: place.atMs, prev: place.head };
    expect(isSignedBy(seal.publicKey, record)).toBe(true);
    expect(isSignedBy(testSeal().publicKey, record)).toBe(false);
  });

  it("fits nothing that was changed", () => {
    const seal = testSeal();
    const record = { ...makeCheckpoint(seal, place), atMs: place.atMs, prev: place.head };
    const changes = [{ count: 8 }, { atMs: 1 }, { prev: "cd".repeat(32) }, { key: "0" }, { signature: "AAAA" }, { signature: "%" }];
    for (const change of changes) expect(isSignedBy(seal.publicKey, { ...record, ...change })).toBe(false);
    expect(isSignedBy(seal.publicKey, { atMs: place.atMs, prev: place.head })).toBe(false);
  });

  it("is the vector of docs/formats.md", () => {
    // The PKCS#8 of the Ed25519 seed 00 01 02 … 1f.
    const seed = Buffer.from([...Array(32).keys()]);
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    expect(keyId(publicHalf(privateKey))).toBe("a050837d85070582");
    expect(signedText({ count: 2, head: "0".repeat(64), atMs: 1 })).toBe(`keyward audit checkpoint v1\n2\n${"0".repeat(64)}\n1\n`);
    expect(signWith(privateKey, signedText({ count: 2, head: "0".repeat(64), atMs: 1 }))).toBe(
      "R3u6mJG+5kDOH0KqsAHqfxy10Y2iEDeOM2ceSNbW3591PiDkXmlU0hSlf8qtEyC91lJSs0g55/9T4Wyzx4+tBg==",
    );
  });
});
