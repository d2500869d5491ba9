import { describe, expect, it } from "vitest";
import { readFlow, unquoteScalar } from "../../../../src/discover/formats/yaml-flow.ts";

describe("readFlow", () => {
  it.each([
    ["[]", []],
    ["{}", {}],
    ['[a, \'b, c\', "d\\""]', ["a", "b, c", 'd"']],
    ["{a: 1, 'b': [2, {c: ~}]}", { a: "1", b: ["2", { c: null }] }],
    ['{"a": "b", "c": null}', { a: "b", c: null }],
    ["[http://x:80/y]", ["http://x:80/y"]],
  ])("reads %j", (text, tree) => {
    expect(readFlow(text)).toEqual(tree);
  });

  it.each(["[", "{a: 1", "[1] 2", "{a}", "]", "", "[".repeat(1000)])("has nothing for %j", (text) => {
    expect(readFlow(text)).toBeUndefined();
  });
});

describe("unquoteScalar", () => {
  it.each([
    ["a", "a"],
    ["'it''s'", "it's"],
    ['"\\x41\\u0042\\t"', "AB\t"],
    ["null", null],
    ["~", null],
    ["'", "'"],
    ['"', '"'],
  ])("reads %j as %j", (text, value) => {
    expect(unquoteScalar(text)).toBe(value);
  });
});
