import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

function project() {
  const cwd = mkdtempSync(join(tmpdir(), "kw-allowed-"));
  mkdirSync(join(cwd, ".git"));
  writeFileSync(join(cwd, "keyward.json"), JSON.stringify({ providers: ["openai"], env: { MY_KEY: "openai" } }));
  const options = { answers: ANSWERS, cwd, env: { KEYWARD_HOME: join(cwd, "h") } };
  return { cwd, call: (...words: string[]) => keyward(words, options) };
}

describe("allow", () => {
  it("lets a run bind by the file until it changes", async () => {
    const { cwd, call } = project();
    expect((await call("allow", "--check")).status).toBe(8);
    expect((await call("allow")).stdout).toContain("sets MY_KEY to a placeholder of openai");
    const done = await call("run", "--dry-env");
    expect(done.calls.find(({ method }) => method === "run.start")?.params).toMatchObject({
      selection: { providers: ["openai"] },
      names: { MY_KEY: "openai" },
    });
    writeFileSync(join(cwd, "keyward.json"), JSON.stringify({ providers: ["github"] }));
    expect((await call("run", "--dry-env")).stderr).toContain("has changed since it was allowed");
  });

  it("says where the program gets a stored value itself, and not a placeholder", async () => {
    const { cwd, call } = project();
    writeFileSync(join(cwd, "keyward.json"), JSON.stringify({ env: { DB_URL: "pg://app:${vault:DB}@db" } }));
    const { stdout } = await call("allow");
    expect([stdout.includes("pg://app:${vault:DB}@db: the program gets the stored value itself"), stdout.includes("placeholder")]).toEqual([
      true,
      false,
    ]);
  });

  it("takes the permission back, also of a file that is broken or gone", async () => {
    const { cwd, call } = project();
    await call("allow");
    writeFileSync(join(cwd, "keyward.json"), "{");
    expect((await call("allow", "--revoke")).stdout).toContain("is not allowed any more");
    writeFileSync(join(cwd, "keyward.json"), "{}");
    await call("allow", cwd);
    rmSync(join(cwd, "keyward.json"));
    expect((await call("allow", "--revoke")).stdout).toContain("is not allowed any more");
  });

  it("is refused inside of a run, without a file, and for a broken one", async () => {
    const { cwd, call } = project();
    const within = { HTTPS_PROXY: "http://run_abcdefghijklmnop:token@127.0.0.1:4000", KEYWARD_HOME: join(cwd, "h") };
    expect((await keyward(["allow"], { cwd, env: within })).status).toBe(8);
    expect((await call("allow", join(cwd, "nowhere"))).status).toBe(2);
    writeFileSync(join(cwd, "keyward.json"), '{"providers":[],"providers":["openai"]}');
    expect((await call("allow")).stderr).toContain("has 'providers' twice");
  });
});
