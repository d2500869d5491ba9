import { describe, expect, it } from "vitest";
import { parseEnvFile } from "../../../../src/cli/vault/env-file.ts";

describe("an env file, read to the letter", () => {
  it("keeps quotes, spaces, '#' and further '=' in values", () => {
    const text = "\ufeff# comment\r\n\r\nA=\"quoted\"\r\nB= spaced \nC=x # y\nD==a=b=\nE=\n  \nF='single'";
    expect(parseEnvFile(".env", text)).toEqual([
      { name: "A", value: '"quoted"' },
      { name: "B", value: " spaced " },
      { name: "C", value: "x # y" },
      { name: "D", value: "=a=b=" },
      { name: "E", value: "" },
      { name: "F", value: "'single'" },
    ]);
  });

  it.each([
    ["A=1\nnothing here secret-text", 2, "has no '='"],
    ["A=1\n\n # not at the start secret-text", 3, "has no '='"],
    ["export A=secret-text", 1, "has no name of a secret"],
    ["A B=secret-text", 1, "has no name of a secret"],
    ["=secret-text", 1, "has no name of a secret"],
    [" A=secret-text", 1, "has no name of a secret"],
  ])("refuses %j at line %i and shows none of it", (text, line, why) => {
    expect(() => parseEnvFile("my.env", text)).toThrow(expect.objectContaining({ code: "INPUT_UNREADABLE", exitCode: 2 }));
    try {
      parseEnvFile("my.env", text);
    } catch (error) {
      expect((error as Error).message).toBe(
        `my.env: line ${line} ${why === "has no '='" ? why : `${why} before its '='`}; nothing was pushed`,
      );
    }
  });

  it("of ten megabytes takes no long time", () => {
    const startedMs = performance.now();
    expect(parseEnvFile("big", `A=${"x".repeat(100)}\n`.repeat(100_000))).toHaveLength(100_000);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
  });
});
