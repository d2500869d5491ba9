import { expect, it } from "vitest";
import { hashPassword, isPassword } from "../../../../src/hub/people/password.ts";

it("keeps an argon2id hash of OWASP's cost that only the password opens", async () => {
  const stored = await hashPassword("correct horse battery");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await isPassword(stored, "correct horse battery")).toBe(true);
  expect(await isPassword(stored, "correct horse batterz")).toBe(false);
  expect(await hashPassword("correct horse battery")).not.toBe(stored);
});

it("takes a password as it is typed elsewhere: composed and decomposed letters are the same", async () => {
  const stored = await hashPassword("pässwörter für alle".normalize("NFC"));
  expect(await isPassword(stored, "pässwörter für alle".normalize("NFD"))).toBe(true);
});

it("refuses everybody without a password, the decoy's own included", async () => {
  expect(await isPassword(null, "nobody's password")).toBe(false);
});
