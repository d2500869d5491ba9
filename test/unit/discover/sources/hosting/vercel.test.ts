import { describe, expect, it } from "vitest";
import { vercel } from "../../../../../src/discover/sources/hosting/vercel.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Vercel CLI", () => {
  it("give their credentials", () => {
    expect(findIn(vercel)).toEqual([
      "vercel oauth key|VERCEL_TOKEN=$1 ends rotates ~/.local/share/com.vercel.cli/auth.json#/token",
      "vercel api_key key|VERCEL_TOKEN=$3 ~/.now/auth.json#/token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(vercel, { oauth: false })).toEqual(["vercel api_key key|VERCEL_TOKEN=$3 ~/.now/auth.json#/token"]);
  });
});
