import { describe, expect, it } from "vitest";
import { secretUnknown } from "../../../../../src/core/vault/words.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

const BASE = ["--id", "bot", "--kind", "slack", "--label", "Bot"];
const set = (words: readonly string[], answers = ANSWERS) => keyward(["connection", "set", ...words], { answers });

describe("keyward connection set", () => {
  it("refers to a secret or needs none", async () => {
    const withSecret = await set([...BASE, "--secret-id", "SLACK_BOT_TOKEN"]);
    expect(withSecret.calls.at(-1)).toMatchObject({
      method: "labelled.set",
      params: { id: "bot", kind: "slack", secret: "SLACK_BOT_TOKEN" },
    });
    expect((await set([...BASE, "--no-auth"])).calls).toMatchObject([{ method: "labelled.set", params: { secret: null } }]);
  });

  it.each([
    [["--kind", "slack", "--label", "x", "--no-auth"], "needs --id"],
    [["--id", "a", "--no-auth"], "needs --kind, --label"],
    [BASE, "one of --secret-id and --no-auth"],
    [[...BASE, "--secret-id", "A", "--no-auth"], "exclude each other"],
    [["--id", "a", "--kind", "jira", "--label", "x", "--no-auth"], "the kinds are slack, github"],
    [["--id", "A B", "--kind", "slack", "--label", "x", "--no-auth"], "connection names are"],
    [["--id", "a", "--kind", "slack", "--label", " ", "--no-auth"], "--label has"],
  ])("refuses %j", async (words, why) => {
    const done = await set(words);
    expect([done.status, done.calls]).toEqual([2, []]);
    expect(done.stderr).toContain(why);
  });

  it("takes no key in place of a name, and does not repeat it", async () => {
    const unknown = {
      ...ANSWERS,
      "labelled.set": ({ secret }: { secret: string | null }) => {
        throw secretUnknown(secret ?? "");
      },
    };
    for (const key of [`xoxb-${"1a".repeat(12)}`, `sk/${"x".repeat(20)}`, `AKIA${"4B".repeat(8)}`]) {
      const done = await set([...BASE, "--secret-id", key], unknown);
      expect(done.status).toBe(2);
      expect(done.stderr).toContain("never a key itself");
      expect(done.stderr).toContain("keyward vault put");
      expect(done.stdout + done.stderr).not.toContain(key);
    }
    const plain = await set([...BASE, "--secret-id", "NOT_THERE"], unknown);
    expect(plain.stderr).toContain("hint: keyward vault put NOT_THERE --stdin");
  });
});
