import { describe, expect, it } from "vitest";
import { corruptBackup, foreignBackup, newerBackup, wrongBackupPassphrase } from "../../../../src/store/backup/backup-errors.ts";

describe("what is wrong with a backup", () => {
  it("has a code for each, all failures of status 1 with a next step", () => {
    const errors = [foreignBackup(), newerBackup(), corruptBackup(), wrongBackupPassphrase()];
    expect(new Set(errors.map(({ code }) => code)).size).toBe(4);
    for (const error of errors) expect(error).toMatchObject({ exitCode: 1, hint: expect.stringMatching(/\w/) as string });
  });
});
