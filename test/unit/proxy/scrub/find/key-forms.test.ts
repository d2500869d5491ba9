import { describe, expect, it } from "vitest";
import { Secret } from "../../../../../src/core/secret.ts";
import { formsOf, keyForms } from "../../../../../src/proxy/scrub/find/key-forms.ts";

describe("the forms of a key", () => {
  it("are the text, the three places in base64 without what is shared with the surroundings, and hex", () => {
    const lengths = keyForms(new Secret("abcdefghij")).map((form) => form.length);
    // 80 bits: 13 whole characters; behind one byte 12 of them begin after the shared ones, behind two 12 as well.
    expect(lengths).toEqual([10, 13, 12, 13, 20]);
  });

  it("are none for a secret that stands in texts by chance", () => {
    expect(formsOf("")).toEqual([]);
    expect(formsOf("1234567")).toEqual([]);
    expect(formsOf("12345678")).toHaveLength(5);
  });
});
