import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS, SECRET } from "../../../../support/cli/sample-answers.ts";

function directory(): string {
  const cwd = mkdtempSync(join(tmpdir(), "kw-init-"));
  mkdirSync(join(cwd, ".git"));
  return cwd;
}

describe("init", () => {
  it("writes what the names in .env files say, without a value, and allows it", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, ".env"), `\ufeffOPENAI_API_KEY=${SECRET}\r\n`);
    const options = { answers: ANSWERS, cwd, env: { KEYWARD_HOME: join(cwd, "h") } };
    const done = await keyward(["init", "--yes"], options);
    expect(done).toMatchObject({ status: 0, stderr: "openai: OPENAI_API_KEY in .env\n" });
    const path = join(cwd, "keyward.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ providers: ["openai"], rules: [] });
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect((await keyward(["allow", "--check"], options)).status).toBe(0);
    expect(done.stdout + done.stderr).not.toContain(SECRET);
  });

  it("never overwrites without --force", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "keyward.json"), "mine");
    const words = ["init", "--provider", "openai", "--yes"];
    expect((await keyward(words, { answers: ANSWERS, cwd })).status).toBe(5);
    expect(readFileSync(join(cwd, "keyward.json"), "utf8")).toBe("mine");
    expect((await keyward([...words, "--force"], { answers: ANSWERS, cwd })).status).toBe(0);
  });

  it("asks, and without anybody to ask ends with 4 and writes nothing", async () => {
    const cwd = directory();
    expect((await keyward(["init", "--provider", "openai"], { answers: ANSWERS, cwd })).status).toBe(4);
    expect((await keyward(["init", "--provider", "openai"], { answers: ANSWERS, cwd, typed: ["n\r"] })).status).toBe(4);
    expect((await keyward(["init", "--provider", "openai"], { answers: ANSWERS, cwd, typed: ["y\r"] })).status).toBe(0);
  });

  it("says when nothing is found", async () => {
    expect((await keyward(["init", "--yes"], { answers: ANSWERS, cwd: directory() })).status).toBe(7);
  });
});
