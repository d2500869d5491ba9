import { expect, it } from "vitest";
import type { Context } from "../../../../src/cli/context.ts";
import { pushFound } from "../../../../src/cli/discover/push-found.ts";
import { finding } from "../../../support/discover/sample-finding.ts";

it("pushes every variable of what was chosen, and answers with masked values", async () => {
  const said: string[] = [];
  const asked: unknown[] = [];
  const context = {
    profile: null,
    call: async (_method: string, params: { pairs: { name: string }[] }) => {
      asked.push(params);
      return { rows: params.pairs.map(({ name }) => ({ name, action: "unchanged", version: 2 })), notice: "kept" };
    },
    ask: { confirm: async (question: string, yes: boolean) => void said.push(`${question} ${yes}`) },
    out: { json: false, line: (text: string) => said.push(text), note: (text: string) => said.push(text), table: () => undefined },
  } as unknown as Context;
  expect(await pushFound([finding()], { yes: true }, context)).toEqual([
    { name: "CODEX_API_KEY", action: "unchanged", version: 2, masked: "*****" },
    { name: "OPENAI_API_KEY", action: "unchanged", version: 2, masked: "*****" },
  ]);
  expect(asked).toHaveLength(2);
  expect(said).toEqual(["Push 2 secrets to workspace? true", "kept", "pushed 0 of 2 to workspace"]);
});
