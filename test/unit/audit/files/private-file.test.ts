import { closeSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { auditFailed, openPrivately, writeWhole } from "../../../../src/audit/files/private-file.ts";
import { tempPath } from "../temp-audit.ts";

it("a file is made private, and lines are added to its end", () => {
  const path = tempPath();
  for (const line of ["one\n", "two\n"]) {
    const fd = openPrivately(path);
    writeWhole(fd, Buffer.from(line));
    closeSync(fd);
  }
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("a link is never followed", () => {
  const path = tempPath();
  writeFileSync(`${path}.other`, "");
  symlinkSync(`${path}.other`, path);
  expect(() => openPrivately(path)).toThrow(expect.objectContaining({ code: "HOME_UNSAFE" }));
});

it("errors of the system say which file, others stay what they are", () => {
  expect(auditFailed("/a", Object.assign(new Error("x"), { code: "ENOSPC" }))).toMatchObject({
    code: "AUDIT_FAILED",
    message: "the audit file /a cannot be written (ENOSPC)",
  });
  for (const error of [new KeywardError("HOME_UNSAFE", "x"), new TypeError("a bug")]) expect(auditFailed("/a", error)).toBe(error);
});
