import { describe, expect, it } from "vitest";
import { crush } from "../../../../../src/discover/sources/agents/crush.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Charm Crush", () => {
  it("give their credentials", () => {
    expect(findIn(crush)).toEqual([
      "openrouter api_key key|OPENROUTER_API_KEY=$1 ~/.config/crush/crush.json#/providers/openrouter/api_key",
      "copilot? oauth key|COPILOT_API_KEY=$2 ends rotates ~/.config/crush/crush.json#/providers/copilot/oauth/access_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(crush, { oauth: false })).toEqual([
      "openrouter api_key key|OPENROUTER_API_KEY=$1 ~/.config/crush/crush.json#/providers/openrouter/api_key",
    ]);
  });
});
