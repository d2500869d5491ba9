import { describe, expect, it } from "vitest";
import { anthropicProfiles } from "../../../../../src/discover/sources/assistants/anthropic-profiles.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Anthropic profiles", () => {
  it("give their credentials", () => {
    expect(findIn(anthropicProfiles)).toEqual([
      "anthropic? oauth key|ANTHROPIC_AUTH_TOKEN=$1 ends rotates ~/.config/anthropic/credentials/default.json#/access_token",
      "anthropic? oauth key|ANTHROPIC_AUTH_TOKEN=$3 expired ~/.config/anthropic/credentials/work.json#/access_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(anthropicProfiles, { oauth: false })).toEqual([]);
  });
});
