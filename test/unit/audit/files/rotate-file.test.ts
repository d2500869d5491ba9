import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { rotateFile } from "../../../../src/audit/files/rotate-file.ts";
import { tempPath } from "../temp-audit.ts";

it("puts a file aside under its number and begins an empty private one", () => {
  const path = tempPath();
  for (const text of ["one", "two"]) {
    writeFileSync(path, text);
    closeSync(rotateFile(path));
    expect(readFileSync(path, "utf8")).toBe("");
  }
  expect(readFileSync(`${path}.000001`, "utf8")).toBe("one");
  expect(readFileSync(`${path}.000002`, "utf8")).toBe("two");
  expect(existsSync(`${path}.new`)).toBe(false);
});

it("leaves everything as it was when it cannot", () => {
  const path = tempPath();
  writeFileSync(path, "one");
  mkdirSync(`${path}.new`);
  expect(() => rotateFile(path)).toThrow(expect.objectContaining({ code: "AUDIT_FAILED" }));
  expect(readFileSync(path, "utf8")).toBe("one");
  expect(existsSync(`${path}.000001`)).toBe(false);
});
