import { describe, expect, it } from "vitest";
import { cline } from "../../../../../src/discover/sources/assistants/cline.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Cline", () => {
  it("give their credentials", () => {
    expect(findIn(cline)).toEqual([
      "cline api_key key|CLINE_API_KEY=$1 ~/.cline/data/secrets.json#/clineApiKey",
      "anthropic api_key key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$2 ~/.cline/data/secrets.json#/apiKey",
      "gemini→google-gemini api_key key|GEMINI_API_KEY=$3 ~/.cline/data/secrets.json#/geminiApiKey",
      "groq api_key key|GROQ_API_KEY=$4 ~/.cline/data/settings/providers.json#/providers/groq/settings/apiKey",
      "cline oauth key|CLINE_API_KEY=$5 rotates ~/.cline/data/settings/providers.json#/providers/cline/settings/auth/accessToken",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(cline, { oauth: false })).toEqual([
      "cline api_key key|CLINE_API_KEY=$1 ~/.cline/data/secrets.json#/clineApiKey",
      "anthropic api_key key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$2 ~/.cline/data/secrets.json#/apiKey",
      "gemini→google-gemini api_key key|GEMINI_API_KEY=$3 ~/.cline/data/secrets.json#/geminiApiKey",
      "groq api_key key|GROQ_API_KEY=$4 ~/.cline/data/settings/providers.json#/providers/groq/settings/apiKey",
    ]);
  });
});
