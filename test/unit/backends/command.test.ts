import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, splitWords } from "../../../src/backends/command.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";

describe("the words of a command", () => {
  it.each([
    ["a b  c", ["a", "b", "c"]],
    [`a 'b c' "d e"`, ["a", "b c", "d e"]],
    [`a b\\ c "q\\"x" 'n\\o'`, ["a", "b c", 'q"x', "n\\o"]],
    [`a '' ""`, ["a", "", ""]],
    ["a$HOME;`id`|x>y*", ["a$HOME;`id`|x>y*"]],
    ["", []],
  ])("of %s are %j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it("are none while a quote is open", () => {
    expect(splitWords("a 'b")).toBeNull();
  });
});

describe("a command", () => {
  it("prints the value, and no shell ever sees it", async () => {
    const { directory, tools, install } = testMachine();
    install("give", '#!/bin/sh\nprintf "%s\\n" "$1"\n');
    const mark = join(directory, "mark");
    expect((await command.read(`give 'x; touch ${mark}'`, tools)).reveal()).toBe(`x; touch ${mark}`);
    expect(existsSync(mark)).toBe(false);
  });

  it("that fails is named without its arguments", async () => {
    const { tools } = testMachine();
    expect(await refusalOf(command.read("false --token hidden-text", tools))).toBe(
      "SECRET_UNAVAILABLE the program false failed with status 1",
    );
  });
});
