import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS, SECRET } from "../../../../support/cli/sample-answers.ts";

describe("creds set --json", () => {
  it("names the path and the connection, never the value", async () => {
    const done = await keyward(["creds", "set", "OPENAI_API_KEY", "--stdin", "--json"], { answers: ANSWERS, stdin: SECRET });
    expect(JSON.parse(done.stdout)).toMatchObject({ key: "OPENAI_API_KEY", path: "/h/profiles/default.db", missing_keys: [] });
    expect(done.stdout + done.stderr).not.toContain(SECRET);
  });

  it("asks nobody with --json, even on a terminal", async () => {
    expect((await keyward(["creds", "set", "OPENAI_API_KEY", "--json"], { answers: ANSWERS, typed: ["x\r"] })).status).toBe(2);
  });
});
