import { expect, it } from "vitest";
import { isSignedBy, makeCheckpoint } from "../../../../src/audit/seal/checkpoint.ts";
import { auditSeal } from "../../../../src/daemon/profiles/audit-seal.ts";

function facts(known: Record<string, string> = {}) {
  return { known, readFact: (name: string) => known[name] ?? null, writeFact: (name: string, value: string) => void (known[name] = value) };
}

it("the key is made once and kept in the store", () => {
  const store = facts();
  const first = auditSeal(store);
  const again = auditSeal(store);
  const place = { count: 1, head: "0".repeat(64), atMs: 1 };
  expect(isSignedBy(again.publicKey, { ...makeCheckpoint(first, place), atMs: 1, prev: place.head })).toBe(true);
  expect(isSignedBy(auditSeal(facts()).publicKey, { ...makeCheckpoint(first, place), atMs: 1, prev: place.head })).toBe(false);
});

it("the last checkpoint comes back as it was noted, and anything else is none", () => {
  const store = facts();
  const seal = auditSeal(store);
  expect(seal.readHead()).toBeNull();
  seal.writeHead({ seq: 7, hash: "ab".repeat(32) });
  expect(seal.readHead()).toEqual({ seq: 7, hash: "ab".repeat(32) });
  for (const text of ["", "null", "{}", '{"seq":"7","hash":"x"}']) {
    store.known["auditHead"] = text;
    expect(seal.readHead()).toBeNull();
  }
});
