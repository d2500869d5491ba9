import { describe, expect, it } from "vitest";
import { linode } from "../../../../../src/discover/sources/cloud/linode.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of linode-cli", () => {
  it("give their credentials", () => {
    expect(findIn(linode)).toEqual(["linode api_key key|LINODE_CLI_TOKEN=$1 account:me ~/.config/linode-cli#/me/token"]);
  });
});
