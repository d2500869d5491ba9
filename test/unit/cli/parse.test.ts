import { describe, expect, it } from "vitest";
import { type Command, define } from "../../../src/cli/define.ts";
import { parseWords, routeWords } from "../../../src/cli/parse.ts";

const NAMES = ["list", "run", "provider list", "provider add"];
const examples = [
  { command: "keyward x", does: "x" },
  { command: "keyward x y", does: "y" },
] as const;

const tool: Command = define({
  name: "tool",
  summary: "a tool",
  args: [
    { name: "<first-word>", summary: "one" },
    { name: "[more...]", summary: "rest" },
  ],
  options: [
    { flags: "--name <text>", summary: "a text" },
    { flags: "--each <text>", summary: "several", repeat: true },
    { flags: "--no-thing", summary: "without" },
    { flags: "--kind <kind>", summary: "one of", choices: ["a", "b"] },
  ],
  examples,
  run: async () => 0,
});

describe("routeWords", () => {
  it.each([
    [["list", "--json"], "list", ["--json"]],
    [["--json", "list"], "list", ["--json"]],
    [["--profile", "work", "provider", "--verbose", "list", "x"], "provider list", ["--profile", "work", "--verbose", "x"]],
    [["--profile=work", "run", "--", "list"], "run", ["--profile=work", "--", "list"]],
  ])("leads %j to %s", (argv, name, rest) => {
    expect(routeWords(argv, NAMES)).toEqual({ kind: "command", name, rest });
  });

  it.each([
    [[], ""],
    [["--help"], ""],
    [["help"], ""],
    [["help", "provider", "add"], "provider add"],
    [["provider"], "provider"],
    [["provider", "-h"], "provider"],
  ])("leads %j to help for %j", (argv, name) => {
    expect(routeWords(argv, NAMES)).toEqual({ kind: "help", name });
  });
});

describe("an alias", () => {
  const ALIASES = { "old words": "provider add" };

  it("leads to its command and says what was typed", () => {
    expect(routeWords(["--json", "old", "words", "x"], NAMES, ALIASES)).toEqual({
      kind: "command",
      name: "provider add",
      rest: ["--json", "x"],
      alias: "old words",
    });
  });

  it("opens its group to no other word", () => {
    expect(() => routeWords(["old", "wrods"], NAMES, ALIASES)).toThrow("unknown command 'old wrods'");
    expect(routeWords(["old"], NAMES, ALIASES)).toEqual({ kind: "help", name: "old" });
  });
});

describe("parseWords", () => {
  it("fills arguments by camel-case name and options by their own", () => {
    const parsed = parseWords(tool, ["--each", "1", "one", "--each=2", "two", "--no-thing", "three", "--name", "n", "--json"]);
    expect(parsed).toEqual({
      args: { firstWord: "one", more: ["two", "three"], each: ["1", "2"], name: "n", thing: false },
      global: { json: true, profile: undefined, verbose: false, colour: true },
    });
  });

  it("leaves what was not given undefined, and takes words after -- as words", () => {
    expect(parseWords(tool, ["--", "--name"])?.args).toEqual({ firstWord: "--name", more: [], thing: true });
  });

  it("asks for help with null", () => expect(parseWords(tool, ["--help"])).toBeNull());

  it("stops at the first word of a program that is run", () => {
    const runner = define({
      name: "run",
      summary: "run",
      args: [{ name: "[command...]", summary: "program" }],
      passThrough: true,
      examples,
      run: async () => 0,
    });
    expect(parseWords(runner, ["--json", "sh", "-c", "x", "--json", "--", "y"])?.args).toEqual({
      command: ["sh", "-c", "x", "--json", "--", "y"],
    });
    expect(parseWords(runner, ["--", "--json", "--", "y"])?.args).toEqual({ command: ["--json", "--", "y"] });
  });

  it.each([
    [["x", "--kind", "Secret9"], "--kind takes one of a, b"],
    [["x", "--json=Secret9"], "unknown option '--json'"],
    [["x", "--nmae", "Secret9"], "unknown option '--nmae'"],
    [[], "tool needs <first-word>"],
  ])("refuses %j without repeating a value", (words, message) => {
    expect(() => parseWords(tool, words)).toThrow(message);
    expect(() => parseWords(tool, words)).not.toThrow(/Secret9/);
  });
});
