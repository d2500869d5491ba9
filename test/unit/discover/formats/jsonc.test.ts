import { describe, expect, it } from "vitest";
import { parseJsonc } from "../../../../src/discover/formats/jsonc.ts";

describe("parseJsonc", () => {
  it.each([
    ['{"a": 1} // end', { a: 1 }],
    ['{/* two\nlines */"a": [1, 2, ], }', { a: [1, 2] }],
    ['{"a": "https://x/*y*/", "b": "\\",}" }', { a: "https://x/*y*/", b: '",}' }],
    ['{"a": 1, // last\n}', { a: 1 }],
    ['{"a": 1, /* c */ /* d */ }', { a: 1 }],
  ])("reads %j", (text, value) => {
    expect(JSON.parse(parseJsonc(text))).toEqual(value);
  });

  it.each(['{"a": "never ends', "{,}x", '{"a" 1}'])("leaves what is wrong wrong: %j", (text) => {
    expect(() => JSON.parse(parseJsonc(text)) as unknown).toThrow(SyntaxError);
  });
});
