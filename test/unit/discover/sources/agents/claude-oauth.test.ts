import { describe, expect, it } from "vitest";
import { claudeOauth } from "../../../../../src/discover/sources/agents/claude-oauth.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Claude Code (OAuth)", () => {
  it("give their credentials", () => {
    expect(findIn(claudeOauth)).toEqual([
      "anthropic oauth key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$1 expired rotates ~/.claude/.credentials.json#/claudeAiOauth/accessToken",
      "anthropic oauth key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$3 ends ~/.claude-oauth-credentials.json#/claudeAiOauth/accessToken",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(claudeOauth, { oauth: false })).toEqual([]);
  });
});
