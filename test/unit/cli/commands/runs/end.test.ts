import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("runs end", () => {
  it("asks the daemon only about what can be a run", async () => {
    expect(await keyward(["runs", "end", "../x"], { answers: ANSWERS })).toMatchObject({ status: 2, calls: [] });
    expect((await keyward(["runs", "end", "run_1"], { answers: ANSWERS })).stdout).toBe("ended run_1: 3 requests, 1 denied\n");
  });
});
