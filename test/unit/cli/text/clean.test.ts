import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanJson, cleanText } from "../../../../src/cli/text/clean.ts";

describe("cleanText", () => {
  it("keeps letters of every script and drops what a terminal would act on", () => {
    expect(cleanText("é 日本 🙂")).toBe("é 日本 🙂");
    expect(cleanText("a\u001b[31mb\u009b1mc\u0007")).toBe("a[31mb1mc");
    expect(cleanText("a\u202eb\u2066c\u200fd\u2028e")).toBe("abcde");
    expect(cleanText("a\tb\r\nc")).toBe("a b c");
  });

  it("never lets a control character through", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !/[\p{Cc}\u2028\u202e]/u.test(cleanText(text))));
  });
});

describe("cleanJson", () => {
  it("is the same JSON, inert on a terminal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = cleanJson({ text }, 2);
        expect(JSON.parse(json)).toEqual({ text });
        expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      }),
    );
  });
});
