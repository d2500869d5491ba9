import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePattern, type PatternNode } from "../../../../src/providers/lint/pattern-syntax.ts";

function parts(pattern: string): readonly PatternNode[] {
  const parsed = parsePattern(pattern);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}

function holds(set: bigint, character: string): boolean {
  return ((set >> BigInt(Math.min(character.charCodeAt(0), 128))) & 1n) === 1n;
}

describe("parsePattern", () => {
  it("reads quantifiers", () => {
    const repeats = parts("^ab*c+d?e{3}f{2,}g{1,4}h+?$").map(({ min, max }) => [min, max]);
    expect(repeats).toEqual([
      [1, 1],
      [0, Infinity],
      [1, Infinity],
      [0, 1],
      [3, 3],
      [2, Infinity],
      [1, 4],
      [1, Infinity],
    ]);
  });

  it.each([
    "[a-z]",
    "[^a-z]",
    "[A-Za-z0-9_-]",
    "[-a]",
    "[a\\]b]",
    "[\\d.]",
    "[\\w-]",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\.",
    "\\-",
    ".",
    "x",
    "[\\-+]",
    "[=_+/-]",
  ])("has for %s the set that the engine has", (atom) => {
    const [node] = parts(`^${atom}$`);
    const expression = new RegExp(`^${atom}$`);
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 126 }), (code) => {
        const character = String.fromCharCode(code);
        expect(node?.kind === "set" && holds(node.set, character)).toBe(expression.test(character));
      }),
    );
  });

  it("reads groups and their ways", () => {
    const [group] = parts("^(?:a|bc)?$");
    expect(group).toMatchObject({ kind: "group", min: 0, max: 1 });
    expect(group?.kind === "group" && group.ways.map((way) => way.length)).toEqual([1, 2]);
  });

  it.each([
    ["a$", /must start/],
    ["^a", /must start/],
    ["^a\\$", /must start/],
    ["^a|b$", /alternatives outside a group/],
    ["^(?=a)a$", /look-around/],
    ["^(?!a)a$", /look-around/],
    ["^(?<n>a)$", /named group/],
    ["^(a)\\1$", /uses '\\1'/],
    ["^\\ba$", /uses '\\b'/],
    ["^\\u0041$", /uses '\\u'/],
    ["^a^b$", /'\^' in the middle/],
    ["^a$b$", /'\$' in the middle/],
    [`^${"a".repeat(500)}$`, /longer than/],
  ])("says of %s what is not supported", (pattern, what) => {
    expect(parsePattern(pattern)).toMatch(what);
  });
});
