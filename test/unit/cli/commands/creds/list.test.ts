import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("creds list", () => {
  it("shows provider, kind and required keys, filtered", async () => {
    const all = await keyward(["creds", "list"], { answers: ANSWERS });
    expect(all.stdout).toMatch(/ollama +Ollama +local +none +OLLAMA_HOST/);
    expect(all.stdout).toMatch(/openai +OpenAI +llm +OPENAI_API_KEY/);
    expect((await keyward(["creds", "list", "--kind", "local"], { answers: ANSWERS })).stdout).not.toContain("openai");
    expect((await keyward(["creds", "list", "--kind", "x"], { answers: ANSWERS })).status).toBe(2);
    const two = await keyward(["creds", "list", "--provider", "openai", "--provider", "ollama", "--json"], { answers: ANSWERS });
    expect((JSON.parse(two.stdout) as { providers: unknown[] }).providers).toHaveLength(2);
  });
});
