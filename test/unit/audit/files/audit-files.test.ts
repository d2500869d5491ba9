import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { auditFiles, nextRotatedFile, rotatedFiles } from "../../../../src/audit/files/audit-files.ts";
import { tempPath } from "../temp-audit.ts";

it("the files of an audit stand in the order of their numbers, and nothing else is one", () => {
  const path = tempPath();
  for (const suffix of [".1000000", ".000002", ".000010", ".000001", ".head", ".pub", ".new", ".00001", ".000003x"])
    writeFileSync(`${path}${suffix}`, "");
  writeFileSync(`${dirname(path)}/home.audit.jsonl.000001`, "");
  expect(rotatedFiles(path)).toEqual([".000001", ".000002", ".000010", ".1000000"].map((suffix) => `${path}${suffix}`));
  expect(auditFiles(path).at(-1)).toBe(path);
  expect(nextRotatedFile(path)).toBe(`${path}.1000001`);
});

it("the first file put aside is number 1", () => {
  const path = tempPath();
  expect(nextRotatedFile(path)).toBe(`${path}.000001`);
  expect(auditFiles("/nowhere/at/all/a.jsonl")).toEqual(["/nowhere/at/all/a.jsonl"]);
  mkdirSync(path);
  expect(rotatedFiles(path)).toEqual([]);
});
