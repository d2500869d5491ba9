import { describe, expect, it } from "vitest";
import { isReference, isUnfilled } from "../../../src/discover/reference.ts";

describe("isReference", () => {
  it.each([
    "$NAME",
    "${NAME}",
    "$(pass show x)",
    "${{ secrets.X }}",
    "op://v/i/f",
    "vault:a#b",
    "keyring:x",
    "keychain:x",
    "`cmd`",
    "!cmd",
    "{{ x }}",
    "%X%",
    "arn:aws:secretsmanager:eu:1:secret:x",
  ])("sees that %j only says where a key is", (value) => {
    expect(isReference(value)).toBe(true);
  });

  it.each(["abc$def", "key-1", "$", "$1abc", "a op://b", "fm2_a,fm2_b", "user:password"])("takes %j for what it is", (value) => {
    expect(isReference(value)).toBe(false);
  });
});

describe("isUnfilled", () => {
  it.each(["your_key_here", "YOUR-API-KEY", "xxx", "xxxxxxxx", "<token>", "changeme", "****", "rk_live_****1234", "..."])(
    "sees that %j is no key",
    (value) => {
      expect(isUnfilled(value)).toBe(true);
    },
  );

  it.each(["yourself", "xx-key", "a*b", "key"])("takes %j for what it is", (value) => {
    expect(isUnfilled(value)).toBe(false);
  });
});
