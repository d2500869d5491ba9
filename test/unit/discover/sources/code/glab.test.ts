import { describe, expect, it } from "vitest";
import { glab } from "../../../../../src/discover/sources/code/glab.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of GitLab CLI", () => {
  it("give their credentials", () => {
    expect(findIn(glab)).toEqual([
      "gitlab oauth key|GITLAB_TOKEN|GITLAB_ACCESS_TOKEN=$2 host:git.acme.example ends rotates ~/.config/glab-cli/config.yml#/hosts/git.acme.example/token",
      "gitlab api_key key|GITLAB_TOKEN|GITLAB_ACCESS_TOKEN=$1 account:me ~/.config/glab-cli/config.yml#/hosts/gitlab.com/token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(glab, { oauth: false })).toEqual([
      "gitlab api_key key|GITLAB_TOKEN|GITLAB_ACCESS_TOKEN=$1 account:me ~/.config/glab-cli/config.yml#/hosts/gitlab.com/token",
    ]);
  });
});
