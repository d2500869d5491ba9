import { describe, expect, it } from "vitest";
import { neonctl } from "../../../../../src/discover/sources/data/neonctl.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Neon CLI", () => {
  it("give their credentials", () => {
    expect(findIn(neonctl)).toEqual(["neon oauth key|NEON_API_KEY=$1 ends rotates ~/.config/neonctl/credentials.json#/access_token"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(neonctl, { oauth: false })).toEqual([]);
  });
});
