import { describe, expect, it } from "vitest";
import { dotenv } from "../../../../../src/discover/sources/environment/dotenv.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of .env in the home directory", () => {
  it("give their credentials", () => {
    expect(findIn(dotenv)).toEqual([
      "github api_key key|GITHUB_TOKEN=$2 ~/.env#/GITHUB_TOKEN",
      "openrouter api_key key|OPENROUTER_API_KEY=$1 ~/.env#/OPENROUTER_API_KEY",
    ]);
  });
});
