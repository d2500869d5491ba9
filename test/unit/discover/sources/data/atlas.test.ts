import { describe, expect, it } from "vitest";
import { atlas } from "../../../../../src/discover/sources/data/atlas.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of MongoDB Atlas CLI", () => {
  it("give their credentials", () => {
    expect(findIn(atlas)).toEqual([
      "mongodb-atlas? basic private_key|MONGODB_ATLAS_PRIVATE_API_KEY=$1 public_key|MONGODB_ATLAS_PUBLIC_API_KEY=pub account:default ~/.config/atlascli/config.toml#/default/private_api_key",
      "mongodb-atlas? oauth key=$2 account:team expired rotates ~/.config/atlascli/config.toml#/team/access_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(atlas, { oauth: false })).toEqual([
      "mongodb-atlas? basic private_key|MONGODB_ATLAS_PRIVATE_API_KEY=$1 public_key|MONGODB_ATLAS_PUBLIC_API_KEY=pub account:default ~/.config/atlascli/config.toml#/default/private_api_key",
    ]);
  });
});
