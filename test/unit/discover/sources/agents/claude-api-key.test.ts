import { describe, expect, it } from "vitest";
import { claudeApiKey } from "../../../../../src/discover/sources/agents/claude-api-key.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Claude Code (API key)", () => {
  it("give their credentials", () => {
    expect(findIn(claudeApiKey)).toEqual(["anthropic api_key key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$1 ~/.claude.json#/anthropicApiKey"]);
  });
});
