import { describe, expect, it } from "vitest";
import { ohdear } from "../../../../../src/discover/sources/services/ohdear.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Oh Dear CLI", () => {
  it("give their credentials", () => {
    expect(findIn(ohdear)).toEqual(["ohdear api_key key|OHDEAR_API_TOKEN=$1 ~/.ohdear/config.json#/token"]);
  });
});
