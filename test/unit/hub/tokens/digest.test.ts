import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { createDigester } from "../../../../src/hub/tokens/digest.ts";
import { kindOf } from "../../../../src/core/shapes/hub-token.ts";
import { newHubToken } from "../../../../src/hub/tokens/token-format.ts";

const root = (id: string) => ({ id, bytes: randomBytes(32) });

it("digests under the first key and finds under every key", () => {
  const [old, next] = [root("1"), root("2")];
  const token = newHubToken("pat");
  const before = createDigester([old]).digest(token);
  const after = createDigester([next, old]);
  expect(before.pepperId).toBe("1");
  expect(after.digest(token).pepperId).toBe("2");
  expect(after.candidates(token)).toEqual([after.digest(token).digest, before.digest]);
});

it("keeps nothing with which a leaked candidate can be tested without the root key", () => {
  const token = newHubToken("ses");
  const { digest } = createDigester([root("1")]).digest(token);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digest).not.toBe(createHash("sha256").update(token).digest("hex"));
  expect(digest).not.toBe(createDigester([root("1")]).digest(token).digest);
});

it("gives a refresh token one successor of each kind, which nobody without the key can name", () => {
  const one = root("1");
  const token = newHubToken("ref");
  const digester = createDigester([one]);
  expect(digester.successorOf("ref", token)).toBe(createDigester([one]).successorOf("ref", token));
  expect([kindOf(digester.successorOf("ref", token)), kindOf(digester.successorOf("ses", token))]).toEqual(["ref", "ses"]);
  expect(digester.successorOf("ref", token).slice(7)).not.toBe(digester.successorOf("ses", token).slice(7));
  expect(createDigester([root("1")]).successorOf("ref", token)).not.toBe(digester.successorOf("ref", token));
});
