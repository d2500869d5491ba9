import { describe, expect, it } from "vitest";
import { amikaOauth } from "../../../../../src/discover/sources/amika/amika-oauth.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Amika oauth", () => {
  it("give their credentials", () => {
    expect(findIn(amikaOauth)).toEqual([
      "openai oauth key|OPENAI_API_KEY|CODEX_API_KEY=$1 ~/.local/state/amika/oauth.json#/CODEX_API_KEY",
      "foo-bar? oauth key|FOO_BAR_API_KEY=$LITERAL ~/.local/state/amika/oauth.json#/FOO_BAR_API_KEY",
      "openai oauth key|OPENAI_API_KEY|CODEX_API_KEY=$2 ~/.local/state/amika/oauth.json#/OPENAI_API_KEY",
      "groq oauth key|GROQ_API_KEY=$3 ~/.local/state/amika/oauth.json#/groq_api_key",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(amikaOauth, { oauth: false })).toEqual([]);
  });
});
