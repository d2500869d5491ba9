import { describe, expect, it } from "vitest";
import { asked, askHub } from "../../../../support/cli/hub-vault.ts";

describe("vault push", () => {
  it("takes many after a masked table, and refuses a name that another scope has", async () => {
    const done = await askHub(["vault", "push", "A=one", "C=two", "--via", "hub", "--yes", "--json"]);
    expect(JSON.parse(done.stdout)).toMatchObject({
      secrets: [
        { name: "A", action: "new version", masked: "***" },
        { name: "C", action: "new" },
      ],
    });
    expect(asked.filter(({ method }) => method === "POST")).toHaveLength(2);
    expect(await askHub(["vault", "push", "B=one", "--via", "hub", "--yes"])).toMatchObject({
      status: 5,
      stderr: expect.stringContaining("--scope=user") as string,
    });
    await askHub(["vault", "push", "A=one", "--via", "hub", "--dry-run"]);
    expect(asked.some(({ method }) => method === "POST")).toBe(false);
  });
});
