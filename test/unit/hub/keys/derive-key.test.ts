import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { deriveKey, type KeyPurpose } from "../../../../src/hub/keys/derive-key.ts";

const purposes: readonly KeyPurpose[] = ["database", "pepper", "successor", "wrap", "answer", "check", "cookie", "pending"];

it("gives every purpose a key of its own, and always the same one", () => {
  const root = randomBytes(32);
  const keys = purposes.map((purpose) => deriveKey(root, purpose).toString("hex"));
  expect(new Set([...keys, root.toString("hex")]).size).toBe(purposes.length + 1);
  expect(keys.every((key) => key.length === 64)).toBe(true);
  expect(purposes.map((purpose) => deriveKey(root, purpose).toString("hex"))).toEqual(keys);
});

it("gives another root key other keys, and keeps to the values of version 1", () => {
  expect(deriveKey(randomBytes(32), "pepper")).not.toEqual(deriveKey(randomBytes(32), "pepper"));
  // Every digest in every database rests on this value: it may not change.
  expect(deriveKey(Buffer.alloc(32, 7), "pepper").toString("hex")).toMatchInlineSnapshot(
    `"b89c4a3a26a94af1a327846cccf059baf16a546d383d070c4731cb6292ce371c"`,
  );
});
