import { describe, expect, it } from "vitest";
import { pi } from "../../../../../src/discover/sources/agents/pi.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of pi coding agent", () => {
  it("give their credentials", () => {
    expect(findIn(pi)).toEqual([
      "mistral api_key key|MISTRAL_API_KEY=$1 ~/.pi/agent/auth.json#/mistral/key",
      "openai-codex? oauth key|OPENAI_CODEX_API_KEY=$2 ends rotates ~/.pi/agent/auth.json#/openai-codex/access",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(pi, { oauth: false })).toEqual(["mistral api_key key|MISTRAL_API_KEY=$1 ~/.pi/agent/auth.json#/mistral/key"]);
  });
});
