import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { definitionNames, readDefinitionFile } from "../../../src/providers/definition-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-definition-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("finds definitions in order and nothing else", () => {
  for (const name of ["b.json", "a.json", ".c.json", "schema.json", "d.txt", "e.json~"]) writeFileSync(join(directory, name), "");
  expect(definitionNames(directory)).toEqual(["a.json", "b.json"]);
});

it("reads text, and says what is wrong with anything else", () => {
  writeFileSync(join(directory, "good"), "\u00e9");
  writeFileSync(join(directory, "latin"), Buffer.from([0xe9]));
  writeFileSync(join(directory, "huge"), " ".repeat(300 * 1024));
  mkdirSync(join(directory, "folder"));
  const read = (name: string) => readDefinitionFile(join(directory, name));
  expect(read("good")).toBe("\u00e9");
  expect(read("latin")).toEqual({ fault: "is not UTF-8 text" });
  expect(read("huge")).toEqual({ fault: "is larger than 256 KiB" });
  expect(read("folder")).toEqual({ fault: "is not a file" });
  expect(read("gone")).toEqual({ fault: "cannot be read (ENOENT)" });
});
