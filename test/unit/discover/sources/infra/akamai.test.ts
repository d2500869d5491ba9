import { describe, expect, it } from "vitest";
import { akamai } from "../../../../../src/discover/sources/infra/akamai.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Akamai EdgeGrid", () => {
  it("give their credentials", () => {
    expect(findIn(akamai)).toEqual(["akamai-edgegrid? api_key key=$1 account:default ~/.edgerc#/default/client_secret"]);
  });
});
