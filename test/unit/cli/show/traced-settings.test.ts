import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";

function project(text: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "kw-traced-"));
  mkdirSync(join(cwd, ".git"));
  writeFileSync(join(cwd, "keyward.json"), text);
  return cwd;
}

describe("config list --origin", () => {
  it("names the variable, the project file and the flag", async () => {
    const cwd = project('{"deny_unmatched":true}');
    const done = await keyward(["config", "list", "--origin", "--profile", "work"], { cwd, env: { KEYWARD_UI_PORT: "7000" } });
    expect(done.stdout).toMatch(/ui\.port +7000 +environment +KEYWARD_UI_PORT/);
    expect(done.stdout).toMatch(/run\.deny_unmatched +true +project +\S+keyward\.json/);
    expect(done.stdout).toMatch(/profile +work +flag +--profile/);
  });

  it("goes on with a broken project file", async () => {
    const done = await keyward(["config", "list"], { cwd: project("{") });
    expect(done).toMatchObject({ status: 0, stderr: expect.stringContaining("ignoring unreadable keyward.json") as string });
  });
});
