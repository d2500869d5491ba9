import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
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
});
