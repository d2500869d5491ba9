import { closeSync, openSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { firstRecordAtMs } from "../../../../src/audit/files/first-record.ts";
import { rewrite, tempPath, writtenLines } from "../temp-audit.ts";

function firstOf(path: string): number | null {
  const fd = openSync(path, "a+");
  try {
    return firstRecordAtMs(fd);
  } finally {
    closeSync(fd);
  }
}

it("is the time of the first whole record, whatever stands before it", () => {
  const path = tempPath();
  const lines = writtenLines(path, 3);
  expect(firstOf(path)).toBe(1_001_000);
  rewrite(path, ["torn", ...lines.slice(1)]);
  expect(firstOf(path)).toBe(1_002_000);
  writeFileSync(path, "nothing of ours");
  expect(firstOf(path)).toBeNull();
});
