import { describe, expect, it } from "vitest";
import { zapier } from "../../../../../src/discover/sources/services/zapier.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Zapier platform CLI", () => {
  it("give their credentials", () => {
    expect(findIn(zapier)).toEqual(["zapier api_key key|ZAPIER_DEPLOY_KEY=$1 ~/.zapierrc#/deployKey"]);
  });
});
