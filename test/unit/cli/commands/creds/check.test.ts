import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("creds check --json", () => {
  it("is an array with exactly the promised keys first", async () => {
    const done = await keyward(["creds", "check", "--json"], { answers: ANSWERS });
    const rows = JSON.parse(done.stdout) as Record<string, unknown>[];
    expect(rows.map((row) => Object.keys(row).slice(0, 4))).toEqual(rows.map(() => ["providerId", "status", "missingKeys", "remediation"]));
    expect(rows.find(({ providerId }) => providerId === "openai")).toMatchObject({ status: "ok", missingKeys: [], remediation: "" });
  });
});
