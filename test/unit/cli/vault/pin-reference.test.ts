import { expect, it } from "vitest";
import type { Context } from "../../../../src/cli/context.ts";
import { pinReference } from "../../../../src/cli/vault/pin-reference.ts";

const context = (environment: Record<string, string> = {}) =>
  ({ world: { cwd: "/proj", environment: { HOME: "/people/me", ...environment } } }) as unknown as Context;

it.each([
  ["file:key", "file:/proj/key"],
  ["file:../key", "file:/key"],
  ["file:~/key", "file:/people/me/key"],
  ["file:/abs/key", "file:/abs/key"],
  ["file:", "file:"],
  ["env:A", "env:A"],
  ["keychain", "keychain"],
  ["vault://secret/a", "vault://secret/a"],
  ["vault://secret/a#k", "vault://secret/a#k"],
])("%s is kept as %s", (typed, kept) => {
  expect(pinReference(typed, context())).toBe(kept);
});

it("keeps the server with the reference, so that no later environment names another", () => {
  const environment = { VAULT_ADDR: "https://v:8200", VAULT_NAMESPACE: "a/b", VAULT_CACERT: "ca.pem", VAULT_TOKEN: "hidden-text" };
  const kept = pinReference("vault://secret/a?namespace=own#k", context(environment));
  expect(kept).toBe("vault://secret/a?namespace=own&address=https%3A%2F%2Fv%3A8200&ca_file=%2Fproj%2Fca.pem#k");
  expect(pinReference("bao://secret/a#k", context({ BAO_ADDR: "https://b" }))).toBe("bao://secret/a?address=https%3A%2F%2Fb#k");
});
