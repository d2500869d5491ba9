import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

function brokenHome(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), "kw-sound-"));
  writeFileSync(join(home, "config.json"), "{ nonsense");
  return { KEYWARD_HOME: home };
}

describe("a broken config.json", () => {
  it("is said, and hides nothing from a command that only looks", async () => {
    const done = await keyward(["creds", "check", "--provider", "openai"], { answers: ANSWERS, env: brokenHome() });
    expect(done.status).toBe(0);
    expect(done.stderr).toMatch(/^warning: ignoring unreadable .*config\.json: .*; the profile 'default' is looked at$/m);
    expect(done.calls[0]).toEqual({ method: "creds.catalogue", params: { profile: "default" } });
  });

  it("is not even looked at where the profile is said", async () => {
    const env = { ...brokenHome(), KEYWARD_PROFILE: "work" };
    const done = await keyward(["creds", "check", "--provider", "openai"], { answers: ANSWERS, env });
    expect(done.stderr).not.toContain("unreadable");
    expect(done.calls[0]).toEqual({ method: "creds.catalogue", params: { profile: "work" } });
  });

  it("guesses no profile for a command that stores or starts something", async () => {
    const done = await keyward(["login", "openai", "--stdin"], { answers: ANSWERS, env: brokenHome(), stdin: "x" });
    expect(done.stderr).not.toContain("is looked at");
    expect(done.calls[0]).toMatchObject({ params: { profile: null } });
  });
});
