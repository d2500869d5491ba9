import { describe, expect, it } from "vitest";
import { copilotIde } from "../../../../../src/discover/sources/assistants/copilot-ide.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of GitHub Copilot plugins", () => {
  it("give their credentials", () => {
    expect(findIn(copilotIde)).toEqual([
      "github-copilot? oauth key|COPILOT_GITHUB_TOKEN=$1 account:me ~/.config/github-copilot/apps.json#/github.com:Iv1.b507a08c87ecfe98/oauth_token",
      "github-copilot? oauth key|COPILOT_GITHUB_TOKEN=$2 host:git.acme.example ~/.config/github-copilot/hosts.json#/git.acme.example/oauth_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(copilotIde, { oauth: false })).toEqual([]);
  });
});
