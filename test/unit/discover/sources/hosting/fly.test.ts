import { describe, expect, it } from "vitest";
import { fly } from "../../../../../src/discover/sources/hosting/fly.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of flyctl", () => {
  it("give their credentials", () => {
    expect(findIn(fly)).toEqual(["fly api_key key|FLY_API_TOKEN|FLY_ACCESS_TOKEN=FlyV1 $1,$2 ~/.fly/config.yml#/access_token"]);
  });
});
