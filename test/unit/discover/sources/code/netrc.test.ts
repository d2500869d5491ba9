import { describe, expect, it } from "vitest";
import { netrc } from "../../../../../src/discover/sources/code/netrc.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of netrc", () => {
  it("give their credentials", () => {
    expect(findIn(netrc)).toEqual([
      "files-acme-example? basic key=pass word $2 account:me host:files.acme.example ~/.netrc#/files.acme.example/password",
      "github basic key|GITHUB_TOKEN=$1 account:me ~/.netrc#/github.com/password",
    ]);
  });
});
