import { describe, expect, it } from "vitest";
import { continueDev } from "../../../../../src/discover/sources/assistants/continue.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Continue", () => {
  it("give their credentials", () => {
    expect(findIn(continueDev)).toEqual([
      "mistral api_key key|MISTRAL_API_KEY=$1 ~/.continue/.env#/MISTRAL_API_KEY",
      "anthropic api_key key|ANTHROPIC_API_KEY|CLAUDE_API_KEY=$2 ~/.continue/config.yaml#/models/1/apiKey",
      "groq api_key key|GROQ_API_KEY=$3 ~/.continue/config.json#/models/0/apiKey",
    ]);
  });
});
