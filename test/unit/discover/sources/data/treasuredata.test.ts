import { describe, expect, it } from "vitest";
import { treasuredata } from "../../../../../src/discover/sources/data/treasuredata.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Treasure Data td", () => {
  it("give their credentials", () => {
    expect(findIn(treasuredata)).toEqual(["treasure-data api_key key|TD_API_KEY=$1 ~/.td/td.conf#/account/apikey"]);
  });
});
