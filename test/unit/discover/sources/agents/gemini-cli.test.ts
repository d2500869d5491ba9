import { describe, expect, it } from "vitest";
import { geminiCli } from "../../../../../src/discover/sources/agents/gemini-cli.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Gemini CLI", () => {
  it("give their credentials", () => {
    expect(findIn(geminiCli)).toEqual([
      "google-code-assist? oauth key=$1 ends rotates ~/.gemini/oauth_creds.json#/access_token",
      "google-gemini api_key key|GEMINI_API_KEY=$3 ~/.gemini/.env#/GEMINI_API_KEY",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(geminiCli, { oauth: false })).toEqual(["google-gemini api_key key|GEMINI_API_KEY=$3 ~/.gemini/.env#/GEMINI_API_KEY"]);
  });
});
