import { describe, expect, it } from "vitest";
import { readGiven } from "../../../../src/cli/project/given.ts";

const ENVIRONMENT = { A: "1", B: "2", EMPTY: "" };

describe("readGiven", () => {
  it("reads names, names with a provider, commas and repetition, each once", () => {
    expect(readGiven(["A, acme=B", "A"], ENVIRONMENT)).toEqual([
      { name: "A", provider: null, value: "1" },
      { name: "B", provider: "acme", value: "2" },
    ]);
  });

  it("names everything that is not set at once", () => {
    expect(() => readGiven(["A,C,EMPTY"], ENVIRONMENT)).toThrow("not set in the environment: C, EMPTY");
  });

  it("repeats nothing that may be a value", () => {
    const pasted = `sk-${"x".repeat(30)}`;
    expect(() => readGiven([pasted], ENVIRONMENT)).toThrow(/^--from-env takes names of variables, never a value$/);
    expect(() => readGiven(["A,"], ENVIRONMENT)).toThrow("names of variables");
  });
});
