import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const INSIDE = { HTTPS_PROXY: "http://run_8fK2s0aQ1xYz7bTm:token@127.0.0.1:40123" };

describe("revealing a secret", () => {
  it("wants a terminal or --yes", async () => {
    const done = await keyward(["export", "openai"], { answers: ANSWERS });
    expect(done).toMatchObject({ status: 4, stdout: "", calls: [] });
    expect((await keyward(["export", "openai"], { answers: ANSWERS, typed: ["unused"] })).status).toBe(0);
  });

  it("is refused inside a run before the daemon is asked, --yes or not", async () => {
    for (const argv of [
      ["export", "--yes"],
      ["export", "openai"],
      ["get", "openai", "--show-secret", "--yes"],
    ]) {
      expect(await keyward(argv, { answers: ANSWERS, env: INSIDE })).toMatchObject({ status: 8, stdout: "", calls: [] });
    }
    expect((await keyward(["export", "--yes"], { answers: ANSWERS, env: { HTTPS_PROXY: "http://proxy.corp.example:3128" } })).status).toBe(
      0,
    );
  });
});
