import { describe, expect, it } from "vitest";
import { rubygems } from "../../../../../src/discover/sources/packages/rubygems.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of RubyGems", () => {
  it("give their credentials", () => {
    expect(findIn(rubygems)).toEqual([
      "rubygems? api_key key|GEM_HOST_API_KEY=$1 ~/.gem/credentials#/:rubygems_api_key",
      "acme? api_key key=$2 ~/.gem/credentials#/:acme",
    ]);
  });
});
