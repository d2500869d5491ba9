import { describe, expect, it } from "vitest";
import { planetscale } from "../../../../../src/discover/sources/data/planetscale.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of pscale", () => {
  it("give their credentials", () => {
    expect(findIn(planetscale)).toEqual(["planetscale? oauth key=$1 ~/.config/planetscale/access-token#"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(planetscale, { oauth: false })).toEqual([]);
  });
});
