import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("connection default", () => {
  it("says what changed", async () => {
    expect((await keyward(["connection", "default", "openai", "work"], { answers: ANSWERS })).stdout).toBe(
      "work is now the default of openai\n",
    );
    expect((await keyward(["connection", "default", "openai", "default"], { answers: ANSWERS })).stdout).toBe(
      "default already is the default of openai\n",
    );
  });
});
