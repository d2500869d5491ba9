import { describe, expect, it } from "vitest";
import { spell, spellingsOf } from "../../../../../src/proxy/scrub/find/spellings.ts";

describe("the spellings of a character", () => {
  it("are itself, percent, JSON, JavaScript and HTML, in both cases of hex digits", () => {
    expect(spell("k")).toEqual(
      expect.arrayContaining(["k", "%6b", "%6B", "\\u006b", "\\u006B", "\\x6b", "&#107;", "&#107", "&#x6b;", "&#X006B;"]),
    );
    expect(spell("&")).toEqual(expect.arrayContaining(["&", "%26", "&amp;", "\\&", "\\u0026"]));
    expect(spell("\u00fc")).toEqual(expect.arrayContaining(["\xc3\xbc", "%C3%bc", "\\u00fc", "&#252;"]));
    expect(spell("\u{1f511}")).toEqual(expect.arrayContaining(["\\ud83d\\uDD11", "&#x1f511;"]));
    expect(spell("a")).not.toContain("\\a");
  });

  it("are one tree for the same characters, with the bytes they begin and end with", () => {
    const spellings = spellingsOf(["+", "-"]);
    expect(spellingsOf(["+", "-"])).toBe(spellings);
    expect(
      Array.from(spellings.firstBytes, (code) => String.fromCharCode(code))
        .toSorted()
        .join(""),
    ).toBe("%&+-\\");
    expect(spellings.root.next.get(0x2b)?.isEnd).toBe(true);
    expect(spellings.pairs).toContain((0x25 << 8) | 0x32);
  });
});
