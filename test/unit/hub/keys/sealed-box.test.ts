import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { seal, unseal } from "../../../../src/hub/keys/sealed-box.ts";

const key = randomBytes(32);

it("opens what it sealed, whatever the bytes and the place", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, place) => {
      expect(unseal(key, seal(key, Buffer.from(bytes), place), place)).toEqual(Buffer.from(bytes));
    }),
  );
});

it("never seals the same bytes alike", () => {
  expect(seal(key, Buffer.from("x"), "p")).not.toEqual(seal(key, Buffer.from("x"), "p"));
});

it("opens nothing that was moved, changed, cut or sealed with another key, and says no more than that", () => {
  const sealed = seal(key, Buffer.from("value"), "secret|t1|s1|1");
  const wrong = { code: "HUB_KEY", message: "sealed bytes do not open: another key, or they are not where they were written" };
  const open = (bytes: Buffer, place = "secret|t1|s1|1", by = key) =>
    expect(() => unseal(by, bytes, place)).toThrow(expect.objectContaining(wrong));
  open(sealed, "secret|t2|s1|1");
  open(sealed, "secret|t1|s1|2");
  open(sealed, undefined, randomBytes(32));
  for (let at = 0; at < sealed.length; at += 1) {
    const flipped = Buffer.from(sealed);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    open(flipped);
    open(sealed.subarray(0, at));
  }
});
