import { describe, expect, it } from "vitest";
import { doctl } from "../../../../../src/discover/sources/cloud/doctl.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of DigitalOcean doctl", () => {
  it("give their credentials", () => {
    expect(findIn(doctl)).toEqual([
      "digitalocean api_key key|DIGITALOCEAN_ACCESS_TOKEN=$1 ~/.config/doctl/config.yaml#/access-token",
      "digitalocean api_key key|DIGITALOCEAN_ACCESS_TOKEN=$2 account:team ~/.config/doctl/config.yaml#/auth-contexts/team",
    ]);
  });
});
