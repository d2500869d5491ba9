import { describe, expect, it } from "vitest";
import { snyk } from "../../../../../src/discover/sources/code/snyk.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Snyk CLI", () => {
  it("give their credentials", () => {
    expect(findIn(snyk)).toEqual([
      "snyk api_key key|SNYK_TOKEN=$1 ~/.config/configstore/snyk.json#/api",
      "snyk? oauth key=$2 rotates ~/.config/configstore/snyk.json#/INTERNAL_OAUTH_TOKEN_STORAGE",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(snyk, { oauth: false })).toEqual(["snyk api_key key|SNYK_TOKEN=$1 ~/.config/configstore/snyk.json#/api"]);
  });
});
