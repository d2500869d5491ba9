import { describe, expect, it } from "vitest";
import { parseDotenv } from "../../../../src/discover/formats/dotenv.ts";

const values = (text: string): Record<string, string> =>
  Object.fromEntries(parseDotenv(text).pairs.map(({ name, value }) => [name, value]));

describe("parseDotenv", () => {
  it.each([
    ["A=b", "b"],
    ["A = b ", "b"],
    ["export A=b", "b"],
    ["A=b # comment", "b"],
    ["A=b#no-comment", "b#no-comment"],
    ["A=", ""],
    ["A= # only a comment", ""],
    ["A='single $x \\n'", "single $x \\n"],
    ['A="double \\"x\\" \\n\\\\"', 'double "x" \n\\'],
    ["A=`back'\"tick`", "back'\"tick"],
    ["A='two\nlines'", "two\nlines"],
    ['A="it\'s" # comment', "it's"],
    ["A='no end", "'no end"],
    ["\ufeffA=b", "b"],
    ["A=b\r\nB=c", "b"],
    ["A=a=b==", "a=b=="],
  ])("reads %j", (text, value) => {
    expect(values(text)["A"]).toBe(value);
  });

  it("goes on after a value that spans lines, and after one that never ends", () => {
    expect(values("A='x\ny'\nB=z")).toEqual({ A: "x\ny", B: "z" });
    expect(values("A='x\nB=z")).toEqual({ A: "'x", B: "z" });
  });

  it("names lines that are no assignment, and skips comments and blanks", () => {
    expect(parseDotenv("# c\n\nnonsense\n1A=b\nA-B=c\nOK=1")).toEqual({ pairs: [{ name: "OK", value: "1" }], badLines: [3, 4, 5] });
  });

  it("is done soon with many quotes that are never closed", () => {
    const startedAtMs = performance.now();
    expect(parseDotenv("A=\"x\nB='y\n".repeat(20_000).replaceAll("'y", "y")).pairs.length).toBeGreaterThan(1000);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });

  it("takes a quote that is not closed within a thousand lines for a character", () => {
    const { pairs } = parseDotenv(`A="x\n${"B=y\n".repeat(3000)}`);
    expect(pairs).toHaveLength(3001);
    expect(pairs[0]).toEqual({ name: "A", value: '"x' });
  });
});
