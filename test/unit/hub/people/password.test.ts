import { verify } from "@node-rs/argon2";
import { expect, it } from "vitest";
import { newRootKeyLine, parseRootKeys } from "../../../../src/hub/keys/root-key.ts";
import { hashPassword, matchPassword } from "../../../../src/hub/people/password.ts";

const oldLine = newRootKeyLine("old");
const roots = parseRootKeys(oldLine, "test");
const PASSWORD = "correct horse battery";

it("keeps an argon2id hash of OWASP's cost that only the password opens", async () => {
  const stored = await hashPassword(roots, PASSWORD);
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await matchPassword(roots, stored, PASSWORD)).toBe("right");
  expect(await matchPassword(roots, stored, "correct horse batterz")).toBe("wrong");
  expect(await hashPassword(roots, PASSWORD)).not.toBe(stored);
});

it("keeps nothing that a password can be tried against without the root key", async () => {
  const stored = await hashPassword(roots, PASSWORD);
  expect(await verify(stored, PASSWORD)).toBe(false);
  expect(await matchPassword(parseRootKeys(newRootKeyLine("old"), "test"), stored, PASSWORD)).toBe("wrong");
});

it("knows a password from before the root key was changed, and says that it is to be hashed anew", async () => {
  const both = parseRootKeys(`${newRootKeyLine("new")}\n${oldLine}`, "test");
  const stored = await hashPassword(roots, PASSWORD);
  expect(await matchPassword(both, stored, PASSWORD)).toBe("stale");
  expect(await matchPassword(both, await hashPassword(both, PASSWORD), PASSWORD)).toBe("right");
});

it("takes a password as it is typed elsewhere: composed and decomposed letters are the same", async () => {
  const stored = await hashPassword(roots, "pässwörter für alle".normalize("NFC"));
  expect(await matchPassword(roots, stored, "pässwörter für alle".normalize("NFD"))).toBe("right");
});

it("refuses everybody without a password, the decoy's own included, and a text of a megabyte at once", async () => {
  expect(await matchPassword(roots, null, "nobody's password")).toBe("wrong");
  expect(await matchPassword(roots, await hashPassword(roots, PASSWORD), "x".repeat(1_000_000))).toBe("wrong");
});
