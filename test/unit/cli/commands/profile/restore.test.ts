import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BACKUP_PART_BYTES } from "../../../../../src/control/api/backup.ts";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

const cwd = realpathSync(mkdtempSync(join(tmpdir(), "kw-restore-")));
writeFileSync(join(cwd, "a.kwb"), "backup");

describe("profile restore", () => {
  it("hands over the file and says what came of it", async () => {
    const done = await keyward(["profile", "restore", "a.kwb", "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "open sesame\n" });
    expect(done).toMatchObject({ status: 0 });
    expect(done.calls).toMatchObject([
      { method: "backup.offer", params: { transferId: null, data: Buffer.from("backup").toString("base64") } },
      {
        method: "backup.restore",
        params: { profile: null, backupPassphrase: "open sesame", custody: null, passphrase: null, replace: false },
      },
    ]);
    expect(done.stdout).toContain("restored profile default with 2 connections");
    expect(done.stderr).toContain("may have been renewed since");
    expect(done.stdout + done.stderr).not.toContain("sesame");
  });

  it("sends a large file in parts", async () => {
    writeFileSync(join(cwd, "large.kwb"), Buffer.alloc(BACKUP_PART_BYTES + 1));
    const done = await keyward(["profile", "restore", "large.kwb", "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "x\n" });
    expect(done.calls.map(({ method }) => method)).toEqual(["backup.offer", "backup.offer", "backup.restore"]);
    expect(done.calls[1]?.params).toMatchObject({ transferId: "transfer_1" });
  });

  it("takes two passphrases: typed, or a line each", async () => {
    const args = ["profile", "restore", "a.kwb", "copy", "--custody", "passphrase", "--force"];
    const expected = { profile: "copy", backupPassphrase: "one", custody: "passphrase", passphrase: "two", replace: true };
    const typed = await keyward(args, { answers: ANSWERS, cwd, typed: ["one\r", "two\r", "two\r"] });
    const piped = await keyward([...args, "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "one\ntwo\n" });
    for (const done of [typed, piped]) expect(done.calls.at(-1)?.params).toMatchObject(expected);
    expect(await keyward([...args, "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "one\n" })).toMatchObject({
      status: 2,
      calls: [],
    });
  });

  it("says that the profile to be replaced is locked, and asks for no other passphrase", async () => {
    const locked = (): never => {
      throw new KeywardError("PROFILE_LOCKED", "profile 'work' is locked", { hint: "keyward profile unlock work" });
    };
    const done = await keyward(["profile", "restore", "a.kwb", "work", "--force"], {
      answers: { ...ANSWERS, "backup.restore": locked },
      cwd,
      typed: ["one\r"],
    });
    expect(done).toMatchObject({ status: 4, stderr: expect.stringContaining("keyward profile unlock work") as string });
    expect(done.calls.map(({ method }) => method)).toEqual(["backup.offer", "backup.restore"]);
  });

  it("asks for nothing when the file cannot be read", async () => {
    const done = await keyward(["profile", "restore", "none.kwb", "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "x\n" });
    expect(done).toMatchObject({ status: 2, calls: [] });
    expect(done.stderr).toContain("none.kwb");
  });
});
