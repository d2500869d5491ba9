import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { maskFields } from "../../../../../src/proxy/scrub/find/mask-fields.ts";
import { makeKey } from "../spelled-keys.ts";

describe("fields", () => {
  const key = makeKey();
  const finder = new KeyFinder(formsOf(key));

  it("are the same array when there is nothing in them", () => {
    const fields = ["A", "1", "B", key.slice(0, -1)];
    expect(maskFields(finder, fields).texts).toBe(fields);
    expect(maskFields(finder, [])).toEqual({ texts: [], count: 0 });
  });

  it("are masked in name and value, as often as needed, and not across two of them", () => {
    const stars = "*".repeat(key.length);
    expect(maskFields(finder, ["\xe9", `${key} ${key}`, key, ""])).toEqual({ texts: ["\xe9", `${stars} ${stars}`, stars, ""], count: 3 });
    expect(maskFields(finder, [key.slice(0, 5), key.slice(5)]).count).toBe(0);
  });
});
