import { describe, expect, it } from "vitest";
import { amikaEnvCache } from "../../../../../src/discover/sources/amika/amika-env-cache.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Amika env-cache", () => {
  it("give their credentials", () => {
    expect(findIn(amikaEnvCache)).toEqual([
      "openai api_key key|OPENAI_API_KEY|CODEX_API_KEY=$1 ~/.cache/amika/env-cache.json#/CODEX_API_KEY",
      "foo-bar? api_key key|FOO_BAR_API_KEY=$LITERAL ~/.cache/amika/env-cache.json#/FOO_BAR_API_KEY",
      "openai api_key key|OPENAI_API_KEY|CODEX_API_KEY=$2 ~/.cache/amika/env-cache.json#/OPENAI_API_KEY",
      "groq api_key key|GROQ_API_KEY=$3 ~/.cache/amika/env-cache.json#/groq_api_key",
    ]);
  });
});
