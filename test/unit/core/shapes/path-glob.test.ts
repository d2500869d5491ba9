import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globMatches, isPlainPath } from "../../../../src/core/shapes/path-glob.ts";

describe("globMatches", () => {
  it.each([
    ["/v1/models", "/v1/models", true],
    ["/v1/*", "/v1/models", true],
    ["/v1/*", "/v1/a/b", false],
    ["/v1/*", "/v1", false],
    ["/repos/**", "/repos", true],
    ["/repos/**", "/repos/a/b/c", true],
    ["/repos/**", "/reposx", false],
    ["/**/info/refs", "/a/b/info/refs", true],
    ["/**/info/refs", "/info/refs", true],
    ["/*.git/info/refs", "/x.git/info/refs", true],
    ["/*/*.git/info/refs", "/o/x.git/info/refs", true],
    ["/*.git/info/refs", "/.gi/info/refs", false],
    ["/a*b*c", "/aXbYc", true],
    ["/a*b*c", "/ac", false],
    ["/**", "/", true],
    ["/**/a/**/b", "/x/a/y/a/z/b", true],
    ["/**/a/**/b", "/x/a/y/c", false],
  ])("%s on %s is %s", (glob, path, expected) => expect(globMatches(glob, path)).toBe(expected));

  it("agrees with a regular expression on random globs", () => {
    const segment = fc.stringMatching(/^[ab*]{1,4}$/).filter((text) => !text.includes("**"));
    const globs = fc.array(fc.oneof(segment, fc.constant("**")), { minLength: 1, maxLength: 4 });
    const paths = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        const source = glob.map((part) => (part === "**" ? "(?:/[^/]*)*" : `/${part.replaceAll("*", "[^/]*")}`)).join("");
        expect(globMatches(`/${glob.join("/")}`, `/${path.join("/")}`)).toBe(new RegExp(`^${source}$`).test(`/${path.join("/")}`));
      }),
      { numRuns: 3_000 },
    );
  });

  it("stays quick on a glob made to be slow", () => {
    expect(globMatches(`/${"**/a/".repeat(40)}b`, `/${"a/".repeat(4_000)}c`)).toBe(false);
  });
});

describe("isPlainPath", () => {
  it.each(["/", "/v1/models", "/a.b/c", "/a/...", "/%20", "/a:b@c"])("accepts %s", (path) => expect(isPlainPath(path)).toBe(true));
  it.each(["", "a", "/a/../b", "/./a", "/a/..", "/a//b", "/a\\b", "/a%2fb", "/a%2Eb", "/a%5cb", "/a;b", "/a#b", "/a%00", "/%252e%252e/"])(
    "refuses %s",
    (path) => expect(isPlainPath(path)).toBe(false),
  );
});
