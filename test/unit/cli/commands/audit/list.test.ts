import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("audit", () => {
  it("passes its filters on", async () => {
    const done = await keyward(["audit", "list", "--run", "run_1", "--provider", "openai", "--since", "1h", "--denied", "--limit", "5"], {
      answers: ANSWERS,
    });
    expect(done.calls[0]?.params).toEqual({
      profile: null,
      run: "run_1",
      provider: "openai",
      sinceMs: Date.UTC(2025, 0, 31, 11),
      denied: true,
      limit: 5,
    });
    expect(done.stdout).toContain("GET api.openai.com/v1/models");
  });

  it("ends with 1 when the chain is broken", async () => {
    expect((await keyward(["audit", "verify"], { answers: ANSWERS })).status).toBe(0);
    const broken = await keyward(["audit", "verify", "--json"], {
      answers: { "audit.verify": { records: 9, firstBadSeq: 4, firstBadFile: "/h/a", signedUpTo: 0 } },
    });
    expect(broken).toMatchObject({
      status: 1,
      stdout: '{"ok":false,"records":9,"first_bad_seq":4,"first_bad_file":"/h/a","signed_up_to":0}\n',
    });
  });
});
