import { describe, expect, it } from "vitest";
import { helpName, HUB_ALIASES, NEED_A_DAEMON, VAULT_ALIASES } from "../../../src/cli/aliases.ts";
import { COMMAND_NAMES } from "../../../src/cli/registry.ts";
import { keyward } from "../../support/cli/fake-world.ts";
import { HUB_ANSWERS } from "../../support/cli/hub-answers.ts";
import { ANSWERS } from "../../support/cli/sample-answers.ts";

describe("the names that older tools gave", () => {
  it("stand for commands that there are, and are none themselves", () => {
    for (const [alias, command] of Object.entries({ ...VAULT_ALIASES, ...HUB_ALIASES })) {
      expect(COMMAND_NAMES).toContain(command);
      expect(COMMAND_NAMES).not.toContain(alias);
    }
    for (const alias of NEED_A_DAEMON) expect(VAULT_ALIASES).toHaveProperty([alias]);
  });

  it("work, with one line on stderr that says the name of today", async () => {
    const done = await keyward(["connections", "list"], { answers: ANSWERS });
    expect(done.status).toBe(0);
    expect(done.stderr).toBe("hint: keyward connections list is now keyward connection list\n");
    expect(done.stdout).toContain("bot");
  });

  it("work for a hub, also with three words", async () => {
    for (const words of [["tokens", "list"], ["auth", "tokens", "list"], ["whoami"], ["workspaces", "switch", "main"]]) {
      const done = await keyward(words, { answers: HUB_ANSWERS });
      expect([words, done.status, done.stderr]).toEqual([words, 0, expect.stringContaining("is now keyward")]);
    }
  });

  it("lead to the same help", async () => {
    expect([helpName("secrets"), helpName("secrets set"), helpName("connections"), helpName("login")]).toEqual([
      "vault",
      "vault put",
      "connection",
      "login",
    ]);
    expect((await keyward(["secrets", "--help"])).stdout).toContain("Usage: keyward vault");
    expect((await keyward(["secrets", "push", "--help"])).stdout).toContain("keyward vault push");
    expect((await keyward(["--help"])).stdout).not.toContain("secrets:");
  });

  it("of secrets start no daemon where one is meant to run", async () => {
    for (const words of [
      ["secrets", "list"],
      ["secrets", "set", "A", "--stdin"],
    ]) {
      const done = await keyward(words, { answers: ANSWERS, daemonRuns: false, stdin: "x" });
      expect(done.status).toBe(6);
      expect(done.stderr).toContain("hint: keyward daemon start");
      expect(done.calls).toEqual([]);
    }
    expect((await keyward(["secrets", "list"], { answers: ANSWERS })).status).toBe(0);
  });
});
