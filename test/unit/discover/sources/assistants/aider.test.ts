import { describe, expect, it } from "vitest";
import { aider } from "../../../../../src/discover/sources/assistants/aider.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of aider", () => {
  it("give their credentials", () => {
    expect(findIn(aider)).toEqual([
      "openai api_key key|OPENAI_API_KEY|CODEX_API_KEY=$1 ~/.aider.conf.yml#/openai-api-key",
      "gemini→google-gemini api_key key|GEMINI_API_KEY=$2 ~/.aider.conf.yml#/api-key/0",
      "deepseek api_key key|DEEPSEEK_API_KEY=$3 ~/.aider.conf.yml#/api-key/1",
      "openrouter api_key key|OPENROUTER_API_KEY=$4 ~/.aider/oauth-keys.env#/OPENROUTER_API_KEY",
    ]);
  });
});
