import { describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { leakError, leakSearch, type SearchScope } from "../../../../src/proxy/leaks/leak-search.ts";

const acme = { provider: "acme", name: "default" };
const other = { provider: "other", name: "work" };
const given = { acme: randomText(24), other: randomText(24) };
const real = { acme: randomText(24), other: randomText(24) };
const known = [
  { text: given.acme, owner: acme },
  { text: given.other, owner: other },
];
const secrets = [
  { secret: new Secret(real.acme), owner: acme },
  { secret: new Secret(real.other), owner: other },
  { secret: new Secret("short-password"), owner: other },
];
const scope: SearchScope = { known, secrets, here: [acme], findsHomeKeys: true };

function find(text: string, at: SearchScope = scope) {
  const search = leakSearch(at);
  const bytes = Buffer.from(text);
  const found = search?.finder.find(bytes, { from: 0, to: bytes.length }, true);
  return found?.kind === "hit" ? search?.leakOf(found.form) : undefined;
}

describe("the search for leaks", () => {
  it("knows whose it found, in every form: plain, percent, base64 wherever it begins, both alphabets", () => {
    for (const write of [
      (text: string) => text,
      (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
      ...["", "x", "xy"].map((before) => (text: string) => Buffer.from(`${before}${text}!`).toString("base64")),
      ...["", "?", "??"].map((before) => (text: string) => Buffer.from(`${before}${text}~`).toString("base64url")),
    ]) {
      expect(find(`a ${write(given.other)} b`)).toEqual({ kind: "placeholder", owner: other, isHome: false });
      expect(find(`a ${write(real.other)} b`)).toEqual({ kind: "key", owner: other, isHome: false });
      expect(find(`a ${write(real.acme)} b`)).toEqual({ kind: "key", owner: acme, isHome: true });
      expect(find(`a ${write(given.acme)} b`)).toBeUndefined();
    }
  });

  it("looks for no secret that texts hold by chance, and for no key that may stand in the body", () => {
    expect(find("short-password")).toBeUndefined();
    expect(find(real.acme, { ...scope, findsHomeKeys: false })).toBeUndefined();
    expect(find(real.other, { ...scope, findsHomeKeys: false })).toMatchObject({ kind: "key" });
  });

  it("takes a key that is stored twice as at home where one of its owners is", () => {
    const twice = [...secrets, { secret: new Secret(real.other), owner: acme }];
    expect(find(real.other, { ...scope, secrets: twice })).toEqual({ kind: "key", owner: acme, isHome: true });
  });

  it("finds a placeholder that is as short as its key", () => {
    expect(find("is ab1234 there", { ...scope, known: [{ text: "ab1234", owner: other }] })).toMatchObject({ owner: other });
  });

  it("is made once for the same profile and bindings, and is none where there is nothing", () => {
    expect(leakSearch({ ...scope })).toBe(leakSearch({ ...scope, here: [{ ...acme }] }));
    expect(leakSearch({ ...scope, here: [] })).not.toBe(leakSearch(scope));
    expect(leakSearch({ known: [known[0] ?? { text: "", owner: acme }], secrets: [], here: [acme], findsHomeKeys: true })).toBeNull();
  });

  it("is told without the text that was found", () => {
    const key = leakError({ kind: "key", owner: other, isHome: false }, "evil.test");
    expect(key).toMatchObject({ code: "KEY_LEAK", httpStatus: 403, detail: { provider: "other", connection: "work", host: "evil.test" } });
    expect(leakError({ kind: "placeholder", owner: other, isHome: false }, "evil.test").code).toBe("PLACEHOLDER_LEAK");
  });
});
