import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternProblem } from "../../../../src/providers/lint/pattern.ts";

describe("patternProblem", () => {
  it.each([
    "^sk-(?:(?:proj|svcacct)-)?[A-Za-z0-9_-]{20,}$",
    "^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$",
    "^(?:xox[bp]-[A-Za-z0-9-]{10,}|xapp-\\d-[A-Z0-9]+-\\d+-[a-z0-9]+)$",
    "^[^@]+@[a-z]+$",
    "^.{8,}$",
    "^SG\\.[A-Za-z0-9_-]{20,24}\\.[A-Za-z0-9_-]{39,50}$",
    "^(?:abc)+$",
    "^\\w+$",
    "^a\\$$",
  ])("%s is fine", (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });

  it.each([
    ["^(a+)+$", /repeats a group/],
    ["^(?:a*)*$", /repeats a group/],
    ["^(?:a|a)*$", /repeats a group/],
    ["^(?:a|ab){2,40}$", /repeats a group/],
    ["^(?:a?){30}a{30}$", /repeats a group/],
    ["^(?:(?:ab)+c?){2,}$", /repeats a group/],
    ["^a*a*$", /open-ended/],
    ["^[a-z]+[a-z0-9]+$", /open-ended/],
    ["^\\w+-?\\d+$", /open-ended/],
    ["^.*-.*$", /open-ended/],
    ["^(?:a)*(?:a)*b$", /open-ended/],
    ["^(?:x|a+)a+$", /open-ended/],
    ["^[^a]+[^b]+$", /open-ended/],
    [`^${"[a-z]{0,60}".repeat(5)}$`, /varying length/],
    [`^${"(?:a|b)".repeat(9)}$`, /too many alternatives/],
  ])("%s could take for ever", (pattern, what) => {
    expect(patternProblem(pattern)).toMatch(what);
  });

  it.each(["(", "^[a$", "^a{2,1}$", "^*$"])("%s does not compile", (pattern) => {
    expect(patternProblem(pattern)).toBe("is not a regular expression");
  });

  it("keeps its word: what it lets through answers at once, also to long values made to hurt", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^b]", ".", "\\w", "(?:ab)", "(?:a|b)", "(?:a*b)", "(?:a+)");
    const repeat = fc.constantFrom("", "*", "+", "?", "{3}", "{2,}", "{0,9}");
    const patterns = fc
      .array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 6 })
      .map((parts) => `^${parts.map((part) => part.join("")).join("")}$`);
    const hard = ["a".repeat(4000) + "!", "ab".repeat(2000) + "!", "b".repeat(4000) + "!"];
    let accepted = 0;
    fc.assert(
      fc.property(patterns, (pattern) => {
        if (patternProblem(pattern) !== null) return;
        accepted += 1;
        const expression = new RegExp(pattern);
        const start = performance.now();
        for (const text of hard) expression.test(text);
        // Linear means well under a millisecond; quadratic would be a hundred, cubic for ever.
        expect(performance.now() - start).toBeLessThan(10_000);
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
