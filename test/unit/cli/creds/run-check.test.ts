import { mkdtempSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS, OLLAMA_ROW, OPENAI_ROW } from "../../../support/cli/sample-answers.ts";

const bare = {
  ...ANSWERS,
  "creds.catalogue": { rows: [OLLAMA_ROW, { ...OPENAI_ROW, connections: [] }], profile: "default", profilePath: "/p", unreadable: null },
};
const GOOD = `sk-${"b2".repeat(8)}`;

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "kw-check-"));
  mkdirSync(join(path, ".git"));
  return path;
}

describe("creds check", () => {
  it("prints one line a provider and ends with 7 when something is missing", async () => {
    const done = await keyward(["creds", "check", "--provider", "openai"], { answers: bare });
    expect(done.status).toBe(7);
    expect(done.stdout).toMatch(/^\[MISSING\] openai: OPENAI_API_KEY\n {10}keyward login openai, or set OPENAI_API_KEY/);
  });

  it("ends with 0 when all is there, and says from where and what is shadowed", async () => {
    const done = await keyward(["creds", "check"], { answers: ANSWERS, env: { OPENAI_API_KEY: GOOD } });
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("[ok] openai");
    expect(done.stdout).toContain("shadows openai (default) in profile default; to use that: unset OPENAI_API_KEY");
    expect(done.stdout).toContain("[ok] ollama: needs no credential");
    expect(done.stdout + done.stderr).not.toContain(GOOD);
  });

  it("names the path and the reason of a secrets file that cannot be read", async () => {
    const missing = await keyward(["creds", "check", "--secrets-file", "no/such"], { answers: bare });
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining("no/such (ENOENT)") as string });
    const cwd = directory();
    writeFileSync(join(cwd, "junk"), Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    const junk = await keyward(["creds", "check", "--secrets-file", "junk"], { answers: bare, cwd });
    expect(junk).toMatchObject({ status: 2, stderr: expect.stringContaining("junk is not UTF-8 text") as string });
    writeFileSync(join(cwd, "big"), "A=1\n".repeat(300_000));
    expect((await keyward(["creds", "check", "--secrets-file", "big"], { answers: bare, cwd })).status).toBe(2);
  });

  it("counts names of the secrets file, with and without a prefix", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "s.env"), "\ufeffSTAGE_OPENAI_API_KEY=anything\r\n", { mode: 0o600 });
    const words = ["creds", "check", "--provider", "openai", "--secrets-file", "s.env"];
    expect((await keyward(words, { answers: bare, cwd })).status).toBe(7);
    expect((await keyward([...words, "--env-prefix", "STAGE_"], { answers: bare, cwd })).status).toBe(0);
    expect((await keyward([...words, "--env-prefix", "a b"], { answers: bare, cwd })).status).toBe(2);
  });

  it("passes local servers alone, which need nothing", async () => {
    expect((await keyward(["creds", "check", "--kind", "local", "--json"], { answers: bare })).status).toBe(0);
  });

  it("does not pass a project that wants a provider that there is not", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "keyward.json"), JSON.stringify({ providers: ["openai", "opnai"] }));
    const done = await keyward(["creds", "check"], { answers: ANSWERS, cwd });
    expect(done.status).toBe(7);
    expect(done.stdout).toContain("[ok] openai");
    expect(done.stdout).toContain(
      "[MISSING] opnai: unknown\n          mend keyward.json: there is no provider 'opnai'; did you mean openai?",
    );
    const json = await keyward(["creds", "check", "--json"], { answers: ANSWERS, cwd });
    expect(JSON.parse(json.stdout)).toContainEqual(expect.objectContaining({ providerId: "opnai", status: "invalid", missingKeys: [] }));
    expect((await keyward(["creds", "check", "--provider", "openai"], { answers: ANSWERS, cwd })).status).toBe(0);
  });

  it("skips the cloud behind an air gap and ends with 0", async () => {
    const done = await keyward(["creds", "check", "--air-gap", "--json"], { answers: bare });
    expect(done.status).toBe(0);
    expect(
      (JSON.parse(done.stdout) as { providerId: string; status: string }[]).map(({ providerId, status }) => [providerId, status]),
    ).toEqual([
      ["ollama", "ok"],
      ["openai", "skipped"],
    ]);
  });

  it("goes on without a profile and a project file that cannot be read, and says so", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "keyward.json"), "{ broken");
    const rows = [{ ...OPENAI_ROW, connections: [] }];
    const answers = { ...ANSWERS, "creds.catalogue": { rows, profile: "default", profilePath: "/p", unreadable: "it is damaged" } };
    const done = await keyward(["creds", "check"], { answers, cwd, env: { OPENAI_API_KEY: GOOD } });
    expect(done.status).toBe(0);
    expect(done.stderr).toContain("ignoring unreadable profile default: it is damaged");
    expect(done.stderr).toContain("ignoring unreadable keyward.json");
  });

  it("checks what keyward.json wants", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "keyward.json"), '{"providers":["openai"]}');
    const done = await keyward(["creds", "check"], { answers: bare, cwd });
    expect(done.status).toBe(7);
    expect(done.stdout).toContain("[MISSING] openai");
  });
});

describe("doctor --creds", () => {
  it("checks the same and ends with 7 when only a credential is wrong", async () => {
    const answers = { ...bare, "doctor.check": { checks: [] } };
    const done = await keyward(["doctor", "--creds"], { answers, env: { PATH: "" } });
    expect(done.stdout).toContain("[MISSING] openai");
    expect(done.status).toBe(7);
    expect((await keyward(["doctor", "--secrets-file", "x"], { answers })).status).toBe(2);
  });
});
