import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

function project(content: object): string {
  const cwd = mkdtempSync(join(tmpdir(), "kw-trust-"));
  mkdirSync(join(cwd, ".git"));
  writeFileSync(join(cwd, "keyward.json"), JSON.stringify(content));
  return cwd;
}

const run = (cwd: string, ...words: string[]) => keyward(["run", ...words, "--dry-env"], { answers: ANSWERS, cwd });
const started = (done: { calls: readonly { method: string; params: unknown }[] }) =>
  done.calls.find(({ method }) => method === "run.start")?.params;

describe("a project file that is not allowed", () => {
  it("binds nothing, says so in one line and names the next command", async () => {
    const done = await run(project({ providers: ["openai"] }));
    expect(done.status).toBe(125);
    expect(done.stderr).toMatch(/^error: \S+keyward\.json says what to bind and is not allowed yet\nhint: read it, then: keyward allow\n$/);
    expect(done.calls).toEqual([]);
  });

  it("still narrows when it only has rules", async () => {
    const done = await run(project({ deny: ["evil.example"], rules: ["github:GET /**"] }));
    expect(started(done)).toMatchObject({ layers: [{}, { deny: ["evil.example"] }] });
  });

  it("loses its connections and variables to a selection on the command line, and keeps its rules", async () => {
    const done = await run(
      project({ connections: { openai: "team" }, env: { X: "openai" }, deny: ["evil.example"] }),
      "--provider",
      "openai",
    );
    expect(started(done)).toMatchObject({
      selection: { connections: [], providers: ["openai"] },
      layers: [{}, { deny: ["evil.example"] }],
    });
    expect(started(done)).not.toHaveProperty("names");
    expect(done.stderr).toContain("its rules count, its connections and variables do not");
  });

  it("is shown by --explain with a warning", async () => {
    const done = await keyward(["run", "--explain"], { answers: ANSWERS, cwd: project({ providers: ["openai"] }) });
    expect(done).toMatchObject({ status: 0, stderr: expect.stringContaining("a run would bind nothing (keyward allow)") as string });
  });
});
