import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";

describe("creds guide --json", () => {
  it("is one object that holds the text", async () => {
    const done = await keyward(["creds", "guide", "--json"]);
    expect((JSON.parse(done.stdout) as { guide: string }).guide).toContain("# Credentials: the playbook");
  });
});
