import { describe, expect, it } from "vitest";
import { asked, askHub } from "../../../../support/cli/hub-vault.ts";

describe("vault versions", () => {
  it("shows those of the hub with their state and who made them", async () => {
    expect((await askHub(["vault", "versions", "A", "--via", "hub"])).stdout).toMatch(/1 \*\s+enabled\s+usr_1/);
    expect(asked.at(-1)?.path).toBe("/v1/secrets/sec_A_workspace/versions");
  });
});
