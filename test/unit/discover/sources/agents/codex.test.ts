import { describe, expect, it } from "vitest";
import { codex } from "../../../../../src/discover/sources/agents/codex.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of OpenAI Codex CLI", () => {
  it("give their credentials", () => {
    expect(findIn(codex)).toEqual([
      "openai? oauth key|OPENAI_API_KEY|CODEX_API_KEY=$1 ends rotates ~/.codex/auth.json#/tokens/access_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(codex, { oauth: false })).toEqual([]);
  });
});
