import { describe, expect, it } from "vitest";
import { amikaKeychain } from "../../../../../src/discover/sources/amika/amika-keychain.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Amika keychain", () => {
  it("give their credentials", () => {
    expect(findIn(amikaKeychain)).toEqual([
      "openai api_key key|OPENAI_API_KEY|CODEX_API_KEY=$1 ~/.local/share/amika/keychain.json#/CODEX_API_KEY",
      "foo-bar? api_key key|FOO_BAR_API_KEY=$LITERAL ~/.local/share/amika/keychain.json#/FOO_BAR_API_KEY",
      "openai api_key key|OPENAI_API_KEY|CODEX_API_KEY=$2 ~/.local/share/amika/keychain.json#/OPENAI_API_KEY",
      "groq api_key key|GROQ_API_KEY=$3 ~/.local/share/amika/keychain.json#/groq_api_key",
    ]);
  });
});
