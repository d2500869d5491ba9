import { describe, expect, it } from "vitest";
import { gh } from "../../../../../src/discover/sources/code/gh.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of GitHub CLI", () => {
  it("give their credentials", () => {
    expect(findIn(gh)).toEqual([
      "github oauth key|GITHUB_TOKEN|GH_TOKEN=$3 account:me host:git.acme.example ~/.config/gh/hosts.yml#/git.acme.example/oauth_token",
      "github oauth key|GITHUB_TOKEN|GH_TOKEN=$1 account:me ~/.config/gh/hosts.yml#/github.com/oauth_token",
      "github oauth key|GITHUB_TOKEN|GH_TOKEN=$2 account:other ~/.config/gh/hosts.yml#/github.com/users/other/oauth_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(gh, { oauth: false })).toEqual([]);
  });
});
