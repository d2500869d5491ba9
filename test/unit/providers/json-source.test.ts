import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonMistake, readJsonSource } from "../../../src/providers/json-source.ts";

function mistake(text: string): JsonMistake {
  try {
    readJsonSource(text);
  } catch (error) {
    if (error instanceof JsonMistake) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("readJsonSource", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJsonSource(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it("accepts no text that JSON.parse refuses, and refuses none for anything but a repeated key", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"b"',
      "1",
      "-0.5e3",
      "01",
      "true",
      "nul",
      " ",
      "\n",
      '"\\u00e9"',
      '"\\x"',
      "'a'",
      "//",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const text = parts.join("");
        let expected: unknown;
        let isJson = true;
        try {
          expected = JSON.parse(text);
        } catch {
          isJson = false;
        }
        try {
          const { value } = readJsonSource(text);
          expect(isJson).toBe(true);
          expect(value).toEqual(expected);
        } catch (error) {
          if (!(error instanceof JsonMistake)) throw error;
          if (isJson) expect(error.message).toMatch(/comes twice/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("knows the line of every value, and its parent's for what is not there", () => {
    const source = readJsonSource('{\n  "a": 1,\n  "b": [\n    true,\n    { "c": null }\n  ]\n}');
    expect(source.lineOf([])).toBe(1);
    expect(source.lineOf(["a"])).toBe(2);
    expect(source.lineOf(["b", 0])).toBe(4);
    expect(source.lineOf(["b", 1, "c"])).toBe(5);
    expect(source.lineOf(["b", 1, "missing", "deeper"])).toBe(5);
    expect(source.lineOf(["b", 7])).toBe(3);
  });

  it("counts lines ended by CRLF once", () => {
    expect(readJsonSource('{\r\n"a":\r\n1}').lineOf(["a"])).toBe(3);
  });

  it.each([
    ["", 1, /ends where a JSON value/],
    ['{\n"a": 1,\n}', 3, /a key in double quotes/],
    ['{\n"a" 1}', 2, /':' after a key/],
    ['{\n"a": 1\n"b": 2}', 3, /',' or '}'/],
    ["[1,\n2\n", 3, /ends where ',' or ']'/],
    ['{\n"a": "x\ny"}', 2, /not closed/],
    ['{"a": "\\q"}', 1, /bad escape/],
    ["{}\n{}", 2, /after the end/],
    ['{\n"a": 1,\n"a": 2}', 3, /the key "a" comes twice/],
    ['{"a": 1, "\\u0061": 2}', 1, /comes twice/],
    ["{a: 1}", 1, /double quotes/],
    ["[1,]", 1, /a JSON value/],
  ])("names the line of the first mistake (%j)", (text, line, what) => {
    const found = mistake(text);
    expect(found.line).toBe(line);
    expect(found.message).toMatch(what);
  });

  it("keeps a key named __proto__ an ordinary key", () => {
    const { value } = readJsonSource('{"__proto__": {"x": 1}}');
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect((value as { x?: number }).x).toBeUndefined();
  });

  it("refuses nesting that would exhaust the stack", () => {
    expect(mistake("[".repeat(100_000)).message).toMatch(/nested too deeply/);
    expect(mistake('{"a":'.repeat(100_000)).message).toMatch(/nested too deeply/);
  });
});
