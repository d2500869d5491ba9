import { describe, expect, it } from "vitest";
import { FormatProblem } from "../../../../src/discover/formats/format-problem.ts";
import { parseYaml } from "../../../../src/discover/formats/yaml.ts";

describe("parseYaml", () => {
  it.each([
    ["a: b # note\nc: 'd # e'\nf: \"g\\n\"", { a: "b", c: "d # e", f: "g\n" }],
    ["---\na:\n  b:\n    c: 1\n  d: 2\ne: 3\n", { a: { b: { c: "1" }, d: "2" }, e: "3" }],
    ["a:\n- b\n- c: 1\n  d: 2\n-\n  e: 3\nf: x", { a: ["b", { c: "1", d: "2" }, { e: "3" }], f: "x" }],
    ["a:\n  - - 1\n    - 2\n  - 3", { a: [["1", "2"], "3"] }],
    ["a: {b: 1, c: [x, 'y, z']}\nd: []", { a: { b: "1", c: ["x", "y, z"] }, d: [] }],
    ["a: [\n  x,\n  y\n]\nb: 1", { a: ["x", "y"], b: "1" }],
    ["a: |\n  one\n   two\n\n  three\nb: >-\n  four\n  five\n", { a: "one\n two\n\nthree\n", b: "four five" }],
    ["a:\nb: ~\nc: null\nd: ''", { a: null, b: null, c: null, d: "" }],
    ['https://x.y/z: 1\n"q: r": 2\nk: https://x.y:8080/z', { "https://x.y/z": "1", "q: r": "2", k: "https://x.y:8080/z" }],
    [":sym: a\nk-v: b\n/: c\n*x*: d", { ":sym": "a", "k-v": "b", "/": "c", "*x*": "d" }],
    ["a: !!null b\nc: &anchor d", { a: "b", c: "d" }],
    ["a: one\n  two\nb: 'three\n  four'", { a: "one two", b: "three four" }],
    ["a: 1\r\nb:\r\n  - 2\r\n", { a: "1", b: ["2"] }],
    ["a: 1\na: 2", { a: "2" }],
    ["a: 1\n---\na: 2", { a: "1" }],
    ["# nothing\n", null],
    ["a: it's 5 o'clock # really", { a: "it's 5 o'clock" }],
  ])("reads %j", (text, tree) => {
    expect(parseYaml(text)).toEqual(tree);
  });

  it.each(["a: 1\n b: 2", "a: 1\nnonsense", "a: [1", "- 1\na: 2", "a: {b: [}"])("refuses %j by its line, without quoting it", (text) => {
    expect(() => parseYaml(text)).toThrow(FormatProblem);
    expect(() => parseYaml(text)).toThrow(/^it is not YAML that can be read \(line \d+\)$/);
  });

  it("refuses what is nested beyond all sense", () => {
    const deep = Array.from({ length: 500 }, (_, at) => `${" ".repeat(at)}a:`).join("\n");
    expect(() => parseYaml(deep)).toThrow(FormatProblem);
  });
});
