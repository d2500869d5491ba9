import { mkdtempSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "kw-backup-")));
});

describe("profile backup", () => {
  it("asks for a passphrase twice and writes what the daemon sealed, part by part", async () => {
    const parts = ["ba", "ck"];
    const answers = {
      ...ANSWERS,
      "backup.read": ({ fromByte }: { fromByte: number }) => ({
        data: Buffer.from(parts[fromByte] ?? "").toString("base64"),
        nextByte: fromByte === 0 ? 1 : null,
      }),
    };
    const done = await keyward(["profile", "backup", "a.kwb"], { answers, cwd, typed: ["open sesame\r", "open sesame\r"] });
    expect(done).toMatchObject({ status: 0 });
    expect(done.calls[0]).toMatchObject({
      method: "backup.make",
      params: { profile: null, passphrase: "open sesame", asker: { pid: process.pid } },
    });
    expect(readFileSync(join(cwd, "a.kwb"), "utf8")).toBe("back");
    expect(statSync(join(cwd, "a.kwb")).mode & 0o777).toBe(0o600);
    expect(done.stdout + done.stderr).not.toContain("sesame");
  });

  it("refuses a name that is taken before it asks anything, and replaces it with --force", async () => {
    writeFileSync(join(cwd, "a.kwb"), "mine");
    const refused = await keyward(["profile", "backup", "a.kwb", "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "x\n" });
    expect(refused).toMatchObject({ status: 5, calls: [] });
    expect(readFileSync(join(cwd, "a.kwb"), "utf8")).toBe("mine");
    const forced = await keyward(["profile", "backup", "a.kwb", "work", "--force", "--passphrase-stdin"], {
      answers: ANSWERS,
      cwd,
      stdin: "x\n",
    });
    expect(forced).toMatchObject({ status: 0, calls: [{ params: { profile: "work", passphrase: "x" } }, {}] });
    expect(readFileSync(join(cwd, "a.kwb"), "utf8")).toBe("back");
  });

  it("is refused inside a run and without anyone to ask, and leaves no file", async () => {
    const inside = { HTTPS_PROXY: "http://run_abc:token@127.0.0.1:4000" };
    expect(await keyward(["profile", "backup", "a.kwb"], { answers: ANSWERS, cwd, env: inside })).toMatchObject({ status: 8, calls: [] });
    expect(await keyward(["profile", "backup", "a.kwb"], { answers: ANSWERS, cwd })).toMatchObject({ status: 4, calls: [] });
    expect(await keyward(["profile", "backup", "a.kwb", "--passphrase-stdin"], { answers: ANSWERS, cwd, stdin: "\n" })).toMatchObject({
      status: 2,
    });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
