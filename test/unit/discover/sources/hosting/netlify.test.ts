import { describe, expect, it } from "vitest";
import { netlify } from "../../../../../src/discover/sources/hosting/netlify.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Netlify CLI", () => {
  it("give their credentials", () => {
    expect(findIn(netlify)).toEqual([
      "netlify api_key key|NETLIFY_AUTH_TOKEN=$1 account:me@acme.example ~/.config/netlify/config.json#/users/u1/auth/token",
    ]);
  });
});
