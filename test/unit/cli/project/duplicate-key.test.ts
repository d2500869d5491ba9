import { describe, expect, it } from "vitest";
import { duplicateKey } from "../../../../src/cli/project/duplicate-key.ts";

describe("duplicateKey", () => {
  it.each([
    ['{"a":1,"b":2}', null],
    ['{"a":1,"a":2}', "a"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"a":{"b":1},"c":{"b":1}}', null],
    ['{"a":{"b":1,"b":2}}', "b"],
    ['{"a":["a","a"],"b":"a"}', null],
    ['{"a":"}","a" :1}', "a"],
    ["[]", null],
    [`{"a":1,"a"${" ".repeat(100)}:2}`, "a"],
  ])("finds in %s %j", (text, expected) => expect(duplicateKey(text)).toBe(expected));
});
