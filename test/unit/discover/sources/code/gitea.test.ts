import { describe, expect, it } from "vitest";
import { gitea } from "../../../../../src/discover/sources/code/gitea.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Gitea tea", () => {
  it("give their credentials", () => {
    expect(findIn(gitea)).toEqual([
      "gitea api_key key|GITEA_TOKEN=$1 host=git.acme.example account:home ~/.config/tea/config.yml#/logins/0/token",
    ]);
  });
});
