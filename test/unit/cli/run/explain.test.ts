import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("run --explain", () => {
  it("says what is bound, denied and set, and starts nothing", async () => {
    const done = await keyward(["run", "--explain"], { answers: ANSWERS });
    expect(done.calls.map(({ method }) => method)).toEqual(["run.explain"]);
    for (const line of [
      "openai (default)",
      "  intercepted: api.openai.com",
      "  OPENAI_API_KEY: a placeholder",
      "  denied: *.evil.example",
      "  denied: every host that is neither bound nor allowed",
      "  allowed: a.example.com",
      "  only: openai GET /v1/**",
    ]) {
      expect(done.stdout.split("\n")).toContain(line);
    }
    expect(done.stdout).toMatch(/^HTTPS_PROXY +set /m);
  });

  it("shows a kept variable as kept", async () => {
    const done = await keyward(["run", "--explain", "--keep-env", "OPENAI_API_KEY", "--keep-env", "HTTPS_PROXY"], { answers: ANSWERS });
    expect(done.stdout).toContain("OPENAI_API_KEY: kept as it is");
    expect(done.stdout).toMatch(/^HTTPS_PROXY +kept /m);
  });

  it("says so when nothing is connected", async () => {
    const done = await keyward(["run", "--explain"], { answers: { "run.explain": { connections: [], layers: [] } } });
    expect(done.stdout).toContain("nothing is connected");
  });
});
