// The list of security cases and the tests that hold them: every name that it gives is there, and no case is open.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readIfThere } from "../../support/source-files.ts";

interface SecurityCase {
  readonly case: number;
  readonly says: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
  /** Where it is not defended: a sentence of docs/threat-model.md. */
  readonly limit?: string;
}

const { cases } = JSON.parse(readFileSync(new URL("../../support/security-cases.json", import.meta.url), "utf8")) as {
  cases: readonly SecurityCase[];
};

/** What stands before a test's function, and the first words of a table's rows: any other text of a file may be there for another reason. */
function titlesIn(source: string): string[] {
  const titles = source.matchAll(/(["'`])((?:\\.|(?!\1)[^\n\\])*)\1,\s*(?:async\b|\(|\{)/g);
  const rows = source.matchAll(/^\s*\[(["'`])((?:\\.|(?!\1)[^\n\\])*)\1,/gm);
  return [...titles, ...rows].map(([, , text = ""]) => text);
}

describe("the security cases", () => {
  it("are the seventy, in order", () => {
    expect(cases.map((one) => one.case)).toEqual(Array.from({ length: 70 }, (_, at) => at + 1));
  });

  it("name tests that are there, by words of a title or of a row of its table", () => {
    const missing = cases.flatMap((one) =>
      one.tests
        .filter(({ file, name }) => !titlesIn(readIfThere(file) ?? "").some((title) => title.includes(name)))
        .map(({ file, name }) => `${one.case}: ${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("name limits that the threat model tells", () => {
    const page = (readIfThere("docs/threat-model.md") ?? "").replace(/\s+/g, " ");
    expect(cases.flatMap((one) => (one.limit === undefined || page.includes(one.limit) ? [] : [one.case]))).toEqual([]);
  });

  it("are held by a test or a limit each", () => {
    const open = cases.filter(({ tests, limit }) => tests.length === 0 && limit === undefined).map((one) => one.case);
    expect(open).toEqual([]);
  });
});
