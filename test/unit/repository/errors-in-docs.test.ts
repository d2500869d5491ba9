// docs/errors.md and the table of errors say the same, row by row.
import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorRow } from "../../../src/core/error-table.ts";
import { readIfThere } from "../../support/source-files.ts";

const page = readIfThere("docs/errors.md") ?? "";

describe("docs/errors.md", () => {
  it("has one row for every code, in the table's order, with its statuses and meaning", () => {
    const table: [string, ErrorRow][] = Object.entries(ERRORS);
    const expected = table.map(([code, { exit, http, means }]) => `| \`${code}\` | ${exit} | ${http} | ${means} |`);
    expect(page.split("\n").filter((line) => /^\| `[A-Z_]+` \|/.test(line))).toEqual(expected);
  });

  it("explains every exit status that the table uses", () => {
    const explained = new Set([...page.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1])));
    const inProse = [125, 126, 127].filter((status) => page.includes(String(status)));
    const used = new Set(Object.values(ERRORS).map(({ exit }) => exit));
    expect([...used].filter((status) => !explained.has(status) && !inProse.includes(status))).toEqual([]);
  });
});
