import { describe, expect, it } from "vitest";
import { gitCredentials } from "../../../../../src/discover/sources/code/git-credentials.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of git credential store", () => {
  it("give their credentials", () => {
    expect(findIn(gitCredentials)).toEqual([
      "github basic key|GITHUB_TOKEN=$1 account:me ~/.git-credentials#/0/password",
      "github basic key|GITHUB_TOKEN=$2 ~/.git-credentials#/1/password",
      "git-acme-example:8443? basic key=p@ss$3 account:me host:git.acme.example:8443 ~/.git-credentials#/2/password",
    ]);
  });
});
