import { describe, expect, it } from "vitest";
import { FormatProblem } from "../../../../src/discover/formats/format-problem.ts";
import { parseText } from "../../../../src/discover/formats/parse-text.ts";
import type { Format } from "../../../../src/discover/source.ts";

describe("parseText", () => {
  it.each<[Format, string, unknown]>([
    ["json", '{"a": "b"}', { a: "b" }],
    ["jsonc", '{"a": "b", /* x */}', { a: "b" }],
    ["toml", 'a = "b"', { a: "b" }],
    ["ini", "a = b", { a: "b" }],
    ["yaml", "a: b", { a: "b" }],
    ["netrc", "machine a login b password c", { a: { login: "b", password: "c" } }],
    ["dotenv", "A=b", { A: "b" }],
    ["urls", "https://u:p@h", [{ host: "h", login: "u", password: "p" }]],
    ["text", "a", "a"],
  ])("reads %s, with a byte order mark and with Windows line ends as well", (format, text, tree) => {
    expect(parseText(text, format)).toEqual(tree);
    expect(parseText(`\ufeff${text}`, format)).toEqual(tree);
    if (format !== "text") expect(parseText(`${text}\r\n`, format)).toEqual(tree);
  });

  it("takes the last of two keys of one name", () => {
    expect(parseText('{"a": "1", "a": "2"}', "json")).toEqual({ a: "2" });
  });

  it.each(["{", "", "nothing", '{"key": "secret-text"', "\u0001\u0002", "[".repeat(100_000)])(
    "refuses %j as JSON without quoting it",
    (text) => {
      let thrown: unknown;
      try {
        parseText(text, "json");
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(FormatProblem);
      expect(String(thrown)).toBe("FormatProblem: it is not valid JSON");
    },
  );

  it("does not choke on a megabyte of any format, however it is repeated", { timeout: 60_000 }, () => {
    const filler: Readonly<Record<Format, string>> = {
      json: '{"a":[',
      jsonc: '{"a": "b", // x\n',
      toml: 'a = "b"\n',
      ini: "a = b\n",
      yaml: "a: 'b\n",
      netrc: "machine a login b\n",
      dotenv: "A='b\n",
      urls: "https://u:p@h\n",
      text: "aaaaaaaa",
    };
    const startedAtMs = performance.now();
    for (const [format, line] of Object.entries(filler) as [Format, string][]) {
      try {
        parseText(line.repeat(Math.ceil((1024 * 1024) / line.length)), format);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatProblem);
      }
    }
    expect(performance.now() - startedAtMs).toBeLessThan(30_000);
  });

  it.each(["json", "jsonc", "toml", "ini", "yaml", "netrc", "dotenv", "urls", "text"] as const)(
    "is done soon with one long line of %s, full of spaces, quotes or signs",
    { timeout: 60_000 },
    (format) => {
      const startedAtMs = performance.now();
      for (const filler of [" ", "'", '"', "a ", "=", ": ", "#", " #", "[", ", ", "\\", "/*"]) {
        const long = filler.repeat(300_000);
        for (const text of [`a${long}b`, `a: ${long}b`, `a = "${long}`, `{"a": "${long}", "b": [1,${long}`]) {
          try {
            parseText(text, format);
          } catch (error) {
            expect(error instanceof FormatProblem || error instanceof RangeError).toBe(true);
          }
        }
      }
      expect(performance.now() - startedAtMs).toBeLessThan(20_000);
    },
  );
});
