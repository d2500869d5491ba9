import { describe, expect, it } from "vitest";
import { simonwLlm } from "../../../../../src/discover/sources/assistants/simonw-llm.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of llm", () => {
  it("give their credentials", () => {
    expect(findIn(simonwLlm)).toEqual([
      "anthropic api_key key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$2 ~/.config/io.datasette.llm/keys.json#/claude",
      "gemini→google-gemini api_key key|GEMINI_API_KEY=$3 ~/.config/io.datasette.llm/keys.json#/gemini",
      "openai api_key key|OPENAI_API_KEY|CODEX_API_KEY=$1 ~/.config/io.datasette.llm/keys.json#/openai",
    ]);
  });
});
