// Every kind of place, read, replaced and filled, without sockets: one table a kind.
import { describe, expect, it } from "vitest";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { Secret } from "../../../../src/core/secret.ts";
import type { Place } from "../../../../src/providers/schema.ts";
import { fillSlot, readSlot, replaceSlot, slotHeader } from "../../../../src/proxy/inject/kinds.ts";

const given = { key: "placeholder-0123456789", user: "public-user" };
const fields = { key: new Secret("REAL/+ key~"), user: new Secret("public-user") };
const request = (headers: string[], target = "/"): Outgoing => ({ method: "GET", target, headers });
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const header: Place = { in: "header", name: "Authorization", templates: ["Bearer {key}", "{key}"] };
const userAndKey: Place = { in: "basic", username: "{user}", password: "{key}", anyUsername: false };
const keyAsUser: Place = { in: "basic", username: "{key}", password: "", anyUsername: false };
const anyUser: Place = { in: "basic", username: "token", password: "{key}", anyUsername: true };
const query: Place = { in: "query", name: "k[]", template: "{key}" };

describe("reading a slot", () => {
  it.each<[string, Place, Outgoing, string]>([
    ["declared form", header, request(["Authorization", `Bearer ${given.key}`]), "placeholder"],
    ["second form", header, request(["Authorization", given.key]), "placeholder"],
    ["other scheme", header, request(["Authorization", `Key ${given.key}`]), "misformed"],
    ["trailing text", header, request(["Authorization", `Bearer ${given.key}x`]), "misformed"],
    ["own key", header, request(["Authorization", "Bearer mine"]), "other"],
    ["empty value", header, request(["Authorization", "  "]), "empty"],
    ["no header", header, request(["X", "y"]), "empty"],
    ["user and key", userAndKey, request(["Authorization", basic(`public-user:${given.key}`)]), "placeholder"],
    ["another user", userAndKey, request(["Authorization", basic(`sub:${given.key}`)]), "placeholder"],
    ["key as user where it is not declared", userAndKey, request(["Authorization", basic(`${given.key}:x`)]), "misformed"],
    ["key as user", keyAsUser, request(["Authorization", basic(`${given.key}:`)]), "placeholder"],
    ["key as password where user is declared", keyAsUser, request(["Authorization", basic(`x:${given.key}`)]), "misformed"],
    ["key as any user", anyUser, request(["Authorization", basic(`${given.key}:x-oauth-basic`)]), "placeholder"],
    ["not Basic", userAndKey, request(["Authorization", `Bearer ${given.key}`]), "other"],
    ["parameter", query, request([], `/?a=1&k%5B%5D=${given.key}`), "placeholder"],
    ["empty parameter", query, request([], "/?k[]="), "empty"],
    ["own parameter", query, request([], "/?k[]=mine"), "other"],
    ["part of a parameter", query, request([], `/?k[]=${given.key}x`), "misformed"],
    ["parameter of another name", query, request([], `/?kk[]=${given.key}`), "empty"],
  ])("%s", (_what, place, sent, expected) => expect(readSlot(place, sent, given)).toBe(expected));

  it("refuses a parameter that comes twice", () => {
    expect(() => readSlot(query, request([], `/?k[]=1&k%5b%5d=2`), given)).toThrow(expect.objectContaining({ code: "REQUEST_MALFORMED" }));
  });
});

describe("replacing", () => {
  it.each<[Place, Outgoing, Outgoing]>([
    [
      header,
      request(["A", "1", "authorization", `BEARER ${given.key}`, "B", "2"]),
      request(["A", "1", "authorization", "BEARER REAL/+ key~", "B", "2"]),
    ],
    [header, request(["Authorization", given.key]), request(["Authorization", "REAL/+ key~"])],
    [userAndKey, request(["Authorization", basic(`sub:${given.key}`)]), request(["Authorization", basic("sub:REAL/+ key~")])],
    [userAndKey, request(["Authorization", basic(`:${given.key}`)]), request(["Authorization", basic("public-user:REAL/+ key~")])],
    [keyAsUser, request(["Authorization", basic(`${given.key}:`)]), request(["Authorization", basic("REAL/+ key~:")])],
    [anyUser, request(["Authorization", basic(`${given.key}:x`)]), request(["Authorization", basic("REAL/+ key~:x")])],
    [query, request([], `/p?a=%7E&k[]=${given.key}&b`), request([], `/p?a=%7E&k%5B%5D=${encodeURIComponent("REAL/+ key~")}&b`)],
  ])("%o", (place, sent, expected) => expect(replaceSlot(place, sent, { given, fields })).toEqual(expected));
});

describe("filling", () => {
  it("writes the first declared form, and Basic from its templates", () => {
    expect(fillSlot(header, request(["A", "1"]), fields).headers).toEqual(["A", "1", "Authorization", "Bearer REAL/+ key~"]);
    expect(fillSlot(userAndKey, request([]), fields).headers).toEqual(["Authorization", basic("public-user:REAL/+ key~")]);
    expect(fillSlot(query, request([], "/p"), fields).target).toBe(`/p?k%5B%5D=${encodeURIComponent("REAL/+ key~")}`);
    expect(fillSlot(query, request([], "/p?k[]=&a=1"), fields).target).toBe(`/p?k%5B%5D=${encodeURIComponent("REAL/+ key~")}&a=1`);
    expect(fillSlot(query, request([], "/p?"), fields).target).toBe(`/p?k%5B%5D=${encodeURIComponent("REAL/+ key~")}`);
  });

  it("refuses a credential that is missing a field or that no header can carry", () => {
    for (const broken of [{}, { key: new Secret("") }, { key: new Secret("a\r\nX: y") }, { key: new Secret("ä") }]) {
      expect(() => fillSlot(header, request([]), broken)).toThrow(expect.objectContaining({ code: "CREDENTIAL_UNUSABLE" }));
    }
  });

  it("names the header of a place", () => {
    expect([header, keyAsUser, query].map(slotHeader)).toEqual(["authorization", "authorization", null]);
  });
});
