import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { hubAnswers, hubCall, ISSUED } from "../../../../support/cli/hub-answers.ts";

const rotate = (...args: string[]) => keyward(["token", "rotate", "tok_1", ...args], { answers: hubAnswers(ISSUED) });

describe("token rotate", () => {
  it("keeps everything and ends the old token now, unless told", async () => {
    expect(hubCall((await rotate()).calls)).toMatchObject({ path: "/v1/api_tokens/tok_1:rotate", body: { overlap_seconds: 0 } });
    const done = await rotate("--overlap", "24h", "--name", "next", "--expires-days", "0");
    expect(hubCall(done.calls)).toMatchObject({ body: { overlap_seconds: 86_400, name: "next", expires_at: null } });
  });

  it.each([
    ["--overlap", "1"],
    ["--expires-days", "soon"],
  ])("refuses %s %s", async (...args) => {
    expect((await rotate(...args)).status).toBe(2);
  });
});
