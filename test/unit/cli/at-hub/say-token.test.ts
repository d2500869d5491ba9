import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { HUB, hubAnswers, ISSUED, TOKEN } from "../../../support/cli/hub-answers.ts";

const create = (...args: string[]) => keyward(["token", "create", ...args], { answers: hubAnswers(ISSUED) });

describe("a token that was just made", () => {
  it("is the whole of standard output, with the rest on the side", async () => {
    const done = await create();
    expect(done.stdout).toBe(`${TOKEN}\n`);
    expect(done.stderr).toContain("not shown again");
  });

  it("is masked among lines for a shell, unless asked for", async () => {
    const masked = await create("--print-env");
    expect(masked.stdout).toBe(`KEYWARD_HUB=${HUB}\nKEYWARD_WORKSPACE=wsp_1\nKEYWARD_TOKEN=${TOKEN.slice(0, 12)}…${TOKEN.slice(-4)}\n`);
    expect(masked.stdout + masked.stderr).not.toContain(TOKEN);
    expect((await create("--print-env", "--show-token")).stdout).toContain(`KEYWARD_TOKEN=${TOKEN}\n`);
    const object = await create("--print-env", "--json");
    expect(object.stdout).not.toContain(TOKEN);
  });
});
