import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

const list = (...words: string[]) => keyward(["provider", "list", ...words], { answers: ANSWERS });

describe("provider list", () => {
  it("narrows to a category, and refuses one that there is not with those that there are", async () => {
    expect((await list("--category", "llm")).stdout).toMatch(/^openai .*$/m);
    expect((await list("--category", "llm")).stdout).not.toMatch(/^twilio/m);
    const unknown = await list("--category", "nope");
    expect(unknown).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/the categories are .*llm/) as string });
  });

  it("says that none of a category is connected", async () => {
    const done = await list("--category", "comms", "--connected");
    expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining("no provider of this category is connected yet") as string });
  });
});
