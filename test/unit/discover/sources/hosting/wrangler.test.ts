import { describe, expect, it } from "vitest";
import { wrangler } from "../../../../../src/discover/sources/hosting/wrangler.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Cloudflare wrangler", () => {
  it("give their credentials", () => {
    expect(findIn(wrangler)).toEqual([
      "cloudflare oauth key|CLOUDFLARE_API_TOKEN=$1 ends rotates ~/.config/.wrangler/config/default.toml#/oauth_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(wrangler, { oauth: false })).toEqual([]);
  });
});
