import { describe, expect, it } from "vitest";
import { goose } from "../../../../../src/discover/sources/agents/goose.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of goose", () => {
  it("give their credentials", () => {
    expect(findIn(goose)).toEqual([
      "databricks api_key key|DATABRICKS_TOKEN=$2 ~/.config/goose/secrets.yaml#/DATABRICKS_TOKEN",
      "openrouter api_key key|OPENROUTER_API_KEY=$1 ~/.config/goose/secrets.yaml#/OPENROUTER_API_KEY",
    ]);
  });
});
