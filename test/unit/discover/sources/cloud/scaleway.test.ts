import { describe, expect, it } from "vitest";
import { scaleway } from "../../../../../src/discover/sources/cloud/scaleway.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Scaleway scw", () => {
  it("give their credentials", () => {
    expect(findIn(scaleway)).toEqual([
      "scaleway api_key key|SCW_SECRET_KEY=$1 ~/.config/scw/config.yaml#/secret_key",
      "scaleway api_key key|SCW_SECRET_KEY=$2 account:work ~/.config/scw/config.yaml#/profiles/work/secret_key",
    ]);
  });
});
