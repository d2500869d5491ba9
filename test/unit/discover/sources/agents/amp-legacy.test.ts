import { describe, expect, it } from "vitest";
import { ampLegacy } from "../../../../../src/discover/sources/agents/amp-legacy.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Amp (config.json)", () => {
  it("give their credentials", () => {
    expect(findIn(ampLegacy)).toEqual(["anthropic api_key key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$1 ~/.amp/config.json#/auth/apiKey"]);
  });
});
