import { describe, expect, it } from "vitest";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { cookieKind } from "../../../../src/proxy/inject/cookie.ts";

const given = { key: "placeholder-0123456789" };
const fields = { key: new Secret("real") };
const place = { in: "cookie", name: "sid", template: "{key}" } as const;
const request = (...headers: string[]): Outgoing => ({ method: "GET", target: "/", headers });
const replaced = (value: string): string | undefined => cookieKind.replace(place, request("Cookie", value), { given, fields }).headers[1];
const filled = (...headers: string[]): readonly string[] => cookieKind.fill?.(place, request(...headers), fields).headers ?? [];

describe("a cookie", () => {
  it.each([
    [`sid=${given.key}`, "placeholder"],
    [`a=1; sid=${given.key}; b`, "placeholder"],
    [`a=1;sid = ${given.key} `, "placeholder"],
    [`sid=${given.key}x`, "misformed"],
    [`sid="${given.key}"`, "misformed"],
    ["sid=mine", "other"],
    ["sid=", "empty"],
    [`SID=${given.key}; xsid=${given.key}; sid`, "empty"],
  ])("in %s is %s", (value, expected) => expect(cookieKind.read(place, request("Cookie", value), given)).toBe(expected));

  it("is found in any of several fields, and refused when it is there twice", () => {
    expect(cookieKind.read(place, request("cookie", "a=1", "Cookie", `sid=${given.key}`), given)).toBe("placeholder");
    expect(() => cookieKind.read(place, request("Cookie", "sid=a", "Cookie", "sid=b"), given)).toThrow(
      expect.objectContaining({ code: "REQUEST_MALFORMED" }),
    );
  });

  it("is replaced alone, the others byte for byte", () => {
    expect(replaced(`a=${given.key};  sid=${given.key};b="x" `)).toBe(`a=${given.key}; sid=real;b="x" `);
    expect(replaced(`sid=${given.key}; a=1`)).toBe("sid=real; a=1");
  });

  it("is filled in beside the others", () => {
    expect(filled()).toEqual(["Cookie", "sid=real"]);
    expect(filled("A", "1", "cookie", "a=1; b=2")).toEqual(["A", "1", "cookie", "a=1; b=2; sid=real"]);
    expect(filled("Cookie", "sid=; a=1")).toEqual(["Cookie", "sid=real; a=1"]);
    expect(filled("Cookie", "")).toEqual(["Cookie", "sid=real"]);
  });

  it.each(["a;b", "a b", 'a"b', "a,b", "ä", "a\\b"])("cannot be made of %j", (text) => {
    expect(() => cookieKind.fill?.(place, request(), { key: new Secret(text) })).toThrow(
      expect.objectContaining({ code: "CREDENTIAL_UNUSABLE" }),
    );
  });
});
