import { describe, expect, it, vi } from "vitest";
import { formsOf, sentFormsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { Spellings } from "../../../../../src/proxy/scrub/find/spellings.ts";
import { makeKey } from "../spelled-keys.ts";

const key = makeKey();
const look = (text: string, isEnd: boolean, keys = [key]) => {
  const bytes = Buffer.from(text);
  return { ...new KeyFinder(keys.flatMap(formsOf)).find(bytes, { from: 0, to: bytes.length }, isEnd) };
};

describe("a finder", () => {
  it("tells a match, the beginning of one, and nothing", () => {
    expect(look(`ab${key}cd`, false)).toMatchObject({ kind: "hit", from: 2, to: 2 + key.length });
    expect(look(`ab\n${key.slice(0, 9)}`, false)).toMatchObject({ kind: "open", from: 3, characters: 10 });
    expect(look(`ab\n${key.slice(0, 9)}`, true)).toMatchObject({ kind: "none" });
    expect(look("", false)).toMatchObject({ kind: "none" });
  });

  it("takes the longer of two keys of which one begins like the other", () => {
    expect(look(`<${key}more!>`, false, [key, `${key}more!`])).toMatchObject({ kind: "hit", from: 1, to: key.length + 6 });
    expect(look(`<${key}mo`, true, [key, `${key}more!`])).toMatchObject({ kind: "hit", from: 1, to: key.length + 1 });
    expect(look(`<${key}mo`, false, [key, `${key}more!`])).toMatchObject({ kind: "open", from: 1 });
  });

  it("sees every beginning of every form at the end of a piece, also where it looks at four bytes", () => {
    const finder = new KeyFinder([key, makeKey()].flatMap(sentFormsOf), true);
    const percent = Array.from(key, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    for (const text of [key, percent, `${key.slice(0, 2)}${percent.slice(6)}`]) {
      for (let length = 1; length < text.length; length += 1) {
        const bytes = Buffer.from(`\n${text.slice(0, length)}`);
        expect({ ...finder.find(bytes, { from: 0, to: bytes.length }, false) }).toMatchObject({ kind: "open", from: 1 });
      }
    }
  });

  it("follows nothing at the end of a piece that cannot go on as a form does", () => {
    const finder = new KeyFinder([key, makeKey()].flatMap(sentFormsOf), true);
    const followed = vi.spyOn(Spellings.prototype, "root", "get");
    const bytes = Buffer.from(`${key[0]}\n`.repeat(20));
    expect(finder.find(bytes, { from: 0, to: bytes.length }, false).kind).toBe("none");
    expect(followed).not.toHaveBeenCalled();
    followed.mockRestore();
  });
});
