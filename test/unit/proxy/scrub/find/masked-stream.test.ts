import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { MaskedStream } from "../../../../../src/proxy/scrub/find/masked-stream.ts";
import { CHARACTER_SPELLINGS, KEY_ENCODINGS, makeKey, maskNaively, showsKey, spellWith } from "../spelled-keys.ts";

const KEY = makeKey();
const finder = new KeyFinder(formsOf(KEY));

/** Pushed in pieces that end at these places. */
function pushed(text: string, cuts: readonly number[], by = finder): string {
  const stream = new MaskedStream(by);
  const bytes = Buffer.from(text, "latin1");
  let out = "";
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out += stream.push(Buffer.from(bytes.subarray(from, cut)), null).toString("latin1");
    from = cut;
  }
  return out + stream.end().toString("latin1");
}

const encodings: [string, (key: string) => string][] = [
  ...Object.keys(CHARACTER_SPELLINGS).map((name): [string, (key: string) => string] => [name, (key) => spellWith(key, name)]),
  ...Object.entries(KEY_ENCODINGS),
  ["base64, then percent", (key) => spellWith(KEY_ENCODINGS["base64"]?.(key) ?? "", "percent")],
  ["base64 with JSON's slashes", (key) => Buffer.from(`Basic:${key}`).toString("base64").replaceAll("/", "\\/")],
];

describe("a masked stream", () => {
  it.each(encodings)("masks a key as %s, cut at every place, and keeps the length", (_name, encode) => {
    const text = `{"a":"before ${encode(KEY)}", "b": "after"}`;
    const whole = pushed(text, []);
    expect(whole).toHaveLength(text.length);
    expect(whole).toContain("*".repeat(20));
    expect(showsKey(whole, KEY)).toBe(false);
    expect(whole.startsWith('{"a":"before ')).toBe(true);
    expect(whole.endsWith('", "b": "after"}')).toBe(true);
    for (let cut = 1; cut < text.length; cut += 1) expect(pushed(text, [cut])).toBe(whole);
    expect(pushed(text, [...text.split("").keys()])).toBe(whole);
  });

  it("finds what a naive search finds, in any mix of spellings, however it is cut", () => {
    const names = Object.keys(CHARACTER_SPELLINGS);
    const noise = fc.constantFrom(
      "%",
      "\\",
      "&#",
      "&amp;",
      "\\u00",
      "%73",
      "x",
      KEY.slice(0, 3),
      KEY.slice(0, 12),
      KEY.slice(4),
      '","',
      "0",
      " ",
      "\n",
    );
    const mixed = fc
      .array(fc.constantFrom(...names), { minLength: KEY.length, maxLength: KEY.length })
      .map((chosen) => chosen.map((name, i) => spellWith(KEY[i] ?? "", name)).join(""));
    const coded = fc.constantFrom(...Object.values(KEY_ENCODINGS)).map((encode) => encode(KEY));
    const part = fc.oneof({ weight: 4, arbitrary: noise }, { weight: 1, arbitrary: mixed }, { weight: 1, arbitrary: coded });
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(2_000), { maxLength: 6 }), (body, places) => {
        const cuts = places.filter((place) => place < body.length).sort((a, b) => a - b);
        expect(pushed(body, cuts)).toBe(maskNaively(body, KEY));
      }),
      { numRuns: 400 },
    );
  });

  it("finds a key of unusual characters in each of its spellings", () => {
    const key = `a&b<c>"d'%e\\f/g+h${randomBytes(4).toString("hex")} \u00fc\u{1f511}`;
    const by = new KeyFinder(formsOf(key));
    const html = key
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&apos;");
    const ascii = (text: string): string =>
      text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
    for (const text of [
      latin1(key),
      encodeURIComponent(key),
      latin1(html),
      ascii(JSON.stringify(key)).slice(1, -1),
      latin1(JSON.stringify(key)).slice(1, -1),
    ]) {
      expect(pushed(`<${text}>`, [], by)).toBe(`<${"*".repeat(text.length)}>`);
    }
  });

  it("passes on the very bytes it was given when there is nothing in them", () => {
    const stream = new MaskedStream(finder);
    for (const bytes of [randomBytes(70_000), Buffer.from("hello\n"), Buffer.alloc(0)]) {
      const copy = Buffer.from(bytes);
      const parts = [stream.push(bytes, null)];
      if (!stream.isHolding) expect(parts[0]).toBe(bytes);
      parts.push(stream.end());
      expect(Buffer.concat(parts).equals(copy)).toBe(true);
    }
    expect(stream.count).toBe(0);
  });

  it("finds a key that framing cuts in pieces, and leaves the framing alone", () => {
    const stream = new MaskedStream(finder);
    let bytes = "";
    const payload: [number, number][] = [];
    for (const part of ["before ", KEY.slice(0, 1), KEY.slice(1, 9), KEY.slice(9), " after"]) {
      bytes += `${part.length.toString(16)}\r\n`;
      payload.push([bytes.length, bytes.length + part.length]);
      bytes += `${part}\r\n`;
    }
    const out = Buffer.concat([stream.push(Buffer.from(bytes), payload), stream.end()]).toString();
    expect(out).toBe("7\r\nbefore \r\n1\r\n*\r\n8\r\n********\r\n15\r\n*********************\r\n6\r\n after\r\n");
  });

  it("holds back no more than may be the beginning of a key, and masks the rest when that had to go", () => {
    const stream = new MaskedStream(finder);
    expect(stream.push(Buffer.from(`data: ${KEY.slice(0, 3)}`), null).toString()).toBe("data: ");
    expect(stream.isHolding && stream.mayPassOpen).toBe(true);
    expect(stream.passOpen().toString()).toBe(KEY.slice(0, 3));
    expect(stream.push(Buffer.from(KEY.slice(3, 10)), null).toString()).toBe("");
    expect(stream.mayPassOpen).toBe(false);
    expect(stream.push(Buffer.from(`${KEY.slice(10)}!`), null).toString()).toBe(`${"*".repeat(KEY.length - 3)}!`);
  });

  it("masks keys one behind the other, and one that begins within a false start", () => {
    const key = `abab${KEY}`;
    const by = new KeyFinder(formsOf(key));
    expect(pushed(`${key}${key}`, [3, 50], by)).toBe("*".repeat(2 * key.length));
    expect(pushed(`ab${key}.`, [1, 2, 3, 4, 5], by)).toBe(`ab${"*".repeat(key.length)}.`);
  });
});
