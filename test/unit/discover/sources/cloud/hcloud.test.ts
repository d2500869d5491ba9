import { describe, expect, it } from "vitest";
import { hcloud } from "../../../../../src/discover/sources/cloud/hcloud.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Hetzner hcloud", () => {
  it("give their credentials", () => {
    expect(findIn(hcloud)).toEqual([
      "hetzner-cloud api_key key|HCLOUD_TOKEN=$1 account:prod ~/.config/hcloud/cli.toml#/contexts/0/token",
      "hetzner-cloud api_key key|HCLOUD_TOKEN=$2 account:test ~/.config/hcloud/cli.toml#/contexts/1/token",
    ]);
  });
});
