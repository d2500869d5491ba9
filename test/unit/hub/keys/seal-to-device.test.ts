import { createPublicKey, diffieHellman, createPrivateKey } from "node:crypto";
import { expect, it } from "vitest";
import { newDeviceKeyPair, openSealed, readPublicKey, sealToDevice } from "../../../../src/hub/keys/seal-to-device.ts";

it("opens with the device's key and for the place it was sealed for, and no other way", () => {
  const keys = newDeviceKeyPair();
  const sealed = sealToDevice(keys.publicKey, Buffer.from("value"), "sec_a|1");
  expect(openSealed(keys, sealed, "sec_a|1").toString()).toBe("value");
  expect(() => openSealed(keys, sealed, "sec_a|2")).toThrow("do not open");
  expect(() => openSealed(newDeviceKeyPair(), sealed, "sec_a|1")).toThrow("do not open");
  expect(sealed).not.toBe(sealToDevice(keys.publicKey, Buffer.from("value"), "sec_a|1"));
});

it("uses raw X25519 keys as RFC 7748 has them: the pair agrees with itself", () => {
  const [one, two] = [newDeviceKeyPair(), newDeviceKeyPair()];
  for (const { publicKey, privateKey } of [one, two]) expect([publicKey.length, privateKey.length]).toEqual([43, 43]);
  const priv = (key: string) => createPrivateKey({ key: { kty: "OKP", crv: "X25519", d: key, x: "" }, format: "jwk" });
  expect(() => priv(one.privateKey)).not.toThrow();
  const agree = (own: typeof one, other: typeof one) =>
    diffieHellman({
      privateKey: createPrivateKey({ key: { kty: "OKP", crv: "X25519", d: own.privateKey, x: own.publicKey }, format: "jwk" }),
      publicKey: createPublicKey({ key: { kty: "OKP", crv: "X25519", x: other.publicKey }, format: "jwk" }),
    });
  expect(agree(one, two)).toEqual(agree(two, one));
});

it.each(["", "AAAA", "!".repeat(43)])("refuses the key %j", (text) => {
  expect(() => readPublicKey(text)).toThrow(expect.objectContaining({ code: "HUB_INVALID" }));
});

it.each(["", "AAAA", Buffer.from([2]).toString("base64url").padEnd(100, "A")])("refuses %j as a sealed secret", (text) => {
  expect(() => openSealed(newDeviceKeyPair(), text, "x")).toThrow(expect.objectContaining({ code: "HUB_KEY" }));
});

it("refuses a point that gives no shared secret (RFC 7748 §6.1)", () => {
  expect(() => sealToDevice("A".repeat(43), Buffer.from("value"), "x")).toThrow();
});
