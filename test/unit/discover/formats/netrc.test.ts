import { describe, expect, it } from "vitest";
import { parseNetrc } from "../../../../src/discover/formats/netrc.ts";

describe("parseNetrc", () => {
  it.each([
    ["machine a login b password c", { a: { login: "b", password: "c" } }],
    ["machine a\r\n\tlogin b\r\n\tpassword c\r\n", { a: { login: "b", password: "c" } }],
    ["# machine x\nmachine A password c # note", { a: { password: "c" } }],
    ['machine a password "two \\"words\\""', { a: { password: 'two "words"' } }],
    ["machine a password #hash", { a: { password: "#hash" } }],
    ["machine a password machine machine b password d", { a: { password: "machine" }, b: { password: "d" } }],
    ["machine a password 1\nmachine a password 2", { a: { password: "1" } }],
    ["default login x password y\nmachine a password c", { a: { password: "c" } }],
    ["machine a password c\nmacdef init\nmachine b password d\n\nmachine e password f", { a: { password: "c" }, e: { password: "f" } }],
    ["machine a login t password x-oauth-basic", { a: { password: "t" } }],
    ["machine", {}],
    ["machine a password", { a: {} }],
  ])("reads %j", (text, tree) => {
    expect(parseNetrc(text)).toEqual(tree);
  });
});
