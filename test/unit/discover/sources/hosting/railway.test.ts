import { describe, expect, it } from "vitest";
import { railway } from "../../../../../src/discover/sources/hosting/railway.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Railway CLI", () => {
  it("give their credentials", () => {
    expect(findIn(railway)).toEqual([
      "railway oauth key|RAILWAY_API_TOKEN=$1 expired rotates ~/.railway/config.json#/user/accessToken",
      "railway api_key key|RAILWAY_API_TOKEN=$3 ~/.railway/config.json#/user/token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(railway, { oauth: false })).toEqual(["railway api_key key|RAILWAY_API_TOKEN=$3 ~/.railway/config.json#/user/token"]);
  });
});
