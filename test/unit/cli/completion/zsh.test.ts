import { describe, expect, it } from "vitest";
import { zshScript } from "../../../../src/cli/completion/zsh.ts";
import { completionModel } from "../../../../src/cli/completion/model.ts";
import { define } from "../../../../src/cli/define.ts";

const does = { command: "keyward do", does: "it" };
const one = define({
  name: "do",
  summary: "what it's: good",
  options: [{ flags: "--file <file>", summary: "it's" }],
  examples: [does, does],
  run: async () => 0,
});

describe("zshScript", () => {
  it("holds commands, options, the ids for when no daemon answers, and no quote left open", () => {
    const text = zshScript(completionModel([one], { group: "more" }, ["openai", "acme"]));
    for (const part of ["do", "file", "group", "openai acme"]) expect(text).toContain(part);
    expect(text).not.toContain(" it's");
  });
});
