import { expect, it } from "vitest";
import { newUserCode, normalUserCode } from "../../../../src/hub/device/user-code.ts";

it("has eight consonants in two groups, and differs", () => {
  const codes = Array.from({ length: 500 }, newUserCode);
  for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  expect(new Set(codes).size).toBe(codes.length);
});

it.each(["bcdf-ghjk", " BCDFGHJK ", "b c d f g h j k", "BCDF–GHJK", "bcdf_ghjk"])("takes %j as typed", (typed) => {
  expect(normalUserCode(typed)).toBe("BCDF-GHJK");
});

it.each(["", "BCDF", "BCDF-GHJKL", "BCDF-GHJA", "BCDF-GHJ1", "<script>", "ВCDF-GHJK"])("takes %j for no code", (typed) => {
  expect(normalUserCode(typed)).toBeNull();
});
