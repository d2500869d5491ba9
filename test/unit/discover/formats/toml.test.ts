import { describe, expect, it } from "vitest";
import { FormatProblem } from "../../../../src/discover/formats/format-problem.ts";
import { parseToml } from "../../../../src/discover/formats/toml.ts";

describe("parseToml", () => {
  it.each([
    ["a = \"b\" # note\nc = 'd\\n'", { a: "b", c: "d\\n" }],
    [
      '[t]\nx = 1\n[t.u]\ny = true\n["q.r"]\nz = 1979-05-27 07:32:00Z',
      { t: { x: "1", u: { y: true } }, "q.r": { z: "1979-05-27 07:32:00Z" } },
    ],
    ['[[l]]\nn = "1"\n[[l]]\nn = "2"\n[l.sub]\nm = "3"', { l: [{ n: "1" }, { n: "2", sub: { m: "3" } }] }],
    ['a.b."c d" = "e"', { a: { b: { "c d": "e" } } }],
    ['a = [ "x", # one\n "y", ]\nb = { c = "d", e.f = "g" }', { a: ["x", "y"], b: { c: "d", e: { f: "g" } } }],
    ["a = \"\"\"\none\\\n   two\"\"\"\nb = '''it's'''", { a: "onetwo", b: "it's" }],
    ['a = "\\u0041\\t\\"\\\\"', { a: 'A\t"\\' }],
    ['a = "1"\r\na = "2"\r\n', { a: "2" }],
    ["", {}],
  ])("reads %j", (text, tree) => {
    expect(parseToml(text)).toEqual(tree);
  });

  it.each(["a", "a =", 'a = "never', "[t", "= 1", 'a = "b" c', "a = [1", "a = {b = 1", `a = ${"[".repeat(100_000)}`])(
    "refuses %j by its line, without quoting it",
    (text) => {
      expect(() => parseToml(text)).toThrow(FormatProblem);
      expect(() => parseToml(`x = "secret"\n${text}`)).toThrow(/^it is not valid TOML \(line \d+\)$/);
    },
  );

  it("makes no key a part of every object", () => {
    parseToml("[__proto__]\npolluted = 1\n[constructor.prototype]\npolluted = 1");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
