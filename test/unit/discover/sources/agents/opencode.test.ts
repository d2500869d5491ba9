import { describe, expect, it } from "vitest";
import { opencode } from "../../../../../src/discover/sources/agents/opencode.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of OpenCode", () => {
  it("give their credentials", () => {
    expect(findIn(opencode)).toEqual([
      "open-router-ai? api_key key|OPEN_ROUTER_AI_API_KEY=$5 ~/.local/share/opencode/auth.json#/Open Router.ai/key",
      "google→google-gemini api_key key|GOOGLE_API_KEY=$4 ~/.local/share/opencode/auth.json#/google/key",
      "anthropic oauth key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$1 ends rotates ~/.local/share/opencode/auth.json#/anthropic/access",
      "github-copilot? oauth key|GITHUB_COPILOT_API_KEY=$3 ~/.local/share/opencode/auth.json#/github-copilot/access",
      "zed? oauth key|ZED_API_KEY=$6 expired ~/.local/share/opencode/auth.json#/zed/access",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(opencode, { oauth: false })).toEqual([
      "open-router-ai? api_key key|OPEN_ROUTER_AI_API_KEY=$5 ~/.local/share/opencode/auth.json#/Open Router.ai/key",
      "google→google-gemini api_key key|GOOGLE_API_KEY=$4 ~/.local/share/opencode/auth.json#/google/key",
    ]);
  });
});
