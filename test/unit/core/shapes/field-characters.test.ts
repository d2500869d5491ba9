import { describe, expect, it } from "vitest";
import { isFieldName, isFieldValue, isNameCode, isValueCode } from "../../../../src/core/shapes/field-characters.ts";

// RFC 9110 §5.6.2 and §5.5 as expressions, beside the table that answers for them.
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/;
// eslint-disable-next-line no-control-regex -- naming control bytes is the point
const VALUE = /^[\t\x20-\x7e\x80-\xff]$/;

describe("the characters of fields", () => {
  it("are those of the grammar, for every code of latin1 and some beyond", () => {
    for (const code of [...Array.from({ length: 256 }, (_, at) => at), 256, 0x2028, 0xd800, 0xffff]) {
      const character = String.fromCharCode(code);
      expect([code, isNameCode(code), isValueCode(code)]).toEqual([code, NAME.test(character), VALUE.test(character)]);
    }
  });

  it("are judged to the end of the text", () => {
    expect(["X-Api-Key", "x", "", "X Api", "x-api-key\n", "é"].map(isFieldName)).toEqual([true, true, false, false, false, false]);
    expect(["", "a b\tc", "\u00ff", "a\r\nb: c", "a\u0000", "\u0100"].map(isFieldValue)).toEqual([true, true, true, false, false, false]);
  });

  it("say no where there is no character", () => {
    expect([isNameCode("".charCodeAt(0)), isValueCode("".charCodeAt(0))]).toEqual([false, false]);
  });
});
