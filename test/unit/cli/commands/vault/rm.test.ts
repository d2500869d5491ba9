import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

/** What the daemon was asked to remove, without trying. */
async function rm(...flags: string[]) {
  const done = await keyward(["vault", "rm", "SLACK_BOT_TOKEN", ...flags], { answers: ANSWERS });
  const removed = done.calls.filter(({ method, params }) => method === "vault.remove" && !(params as { dryRun: boolean }).dryRun);
  return { ...done, removed };
}

describe("vault rm", () => {
  it("removes nothing where nobody can be asked, and says what to pass", async () => {
    for (const flags of [[], ["--json"]]) {
      const done = await rm(...flags);
      expect(done).toMatchObject({ status: 4, removed: [] });
      expect(done.stderr).toContain("--yes");
    }
  });

  it("removes with --yes, and with --force", async () => {
    for (const flag of ["--yes", "--force"]) {
      const done = await rm(flag);
      expect(done.status).toBe(0);
      expect(done.removed).toHaveLength(1);
    }
  });

  it("says first that a connection refers to the secret, before it asks for a yes", async () => {
    const refuse = () => {
      throw new KeywardError("SECRET_IN_USE", "SLACK_BOT_TOKEN is referred to by bot");
    };
    const done = await keyward(["vault", "rm", "SLACK_BOT_TOKEN"], { answers: { ...ANSWERS, "vault.remove": refuse } });
    expect(done).toMatchObject({ status: 5, stderr: expect.stringContaining("referred to by bot") as string });
    expect(done.stderr).not.toContain("--yes");
  });
});
