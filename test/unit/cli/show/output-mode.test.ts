import { describe, expect, it } from "vitest";
import { outputMode } from "../../../../src/cli/show/output-mode.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("KEYWARD_OUTPUT", () => {
  it("is human unless it says something else, in any case of letters", () => {
    expect([
      outputMode({}),
      outputMode({ KEYWARD_OUTPUT: "" }),
      outputMode({ KEYWARD_OUTPUT: "JSON" }),
      outputMode({ KEYWARD_OUTPUT: "x" }),
    ]).toEqual(["human", "human", "json", null]);
  });

  it("json does what --json does", async () => {
    const env = { KEYWARD_OUTPUT: "json" };
    expect(JSON.parse((await keyward(["version"], { env })).stdout)).toHaveProperty("version");
  });

  it("agent keeps stdout and makes errors objects with the next steps", async () => {
    const done = await keyward(["nonsense"], { env: { KEYWARD_OUTPUT: "agent" } });
    expect(JSON.parse(done.stderr)).toMatchObject({ error: { code: "USAGE", next_steps: [{ command: "keyward --help" }] } });
    expect((await keyward(["version"], { env: { KEYWARD_OUTPUT: "agent" } })).stdout).toMatch(/^\d/);
  });

  it("quiet leaves notices out", async () => {
    const options = { answers: ANSWERS, stdin: "x" };
    const words = ["creds", "set", "OPENAI_API_KEY", "--stdin"];
    expect((await keyward(words, options)).stderr).not.toBe("");
    expect((await keyward(words, { ...options, env: { KEYWARD_OUTPUT: "quiet" } })).stderr).toBe("");
  });

  it("refuses another word", async () => {
    expect(await keyward(["version"], { env: { KEYWARD_OUTPUT: "xml" } })).toMatchObject({ status: 2, stdout: "" });
  });
});
