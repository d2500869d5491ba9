import { describe, expect, it } from "vitest";
import { civo } from "../../../../../src/discover/sources/cloud/civo.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Civo CLI", () => {
  it("give their credentials", () => {
    expect(findIn(civo)).toEqual(["civo api_key key|CIVO_TOKEN=$1 account:home ~/.civo.json#/apikeys/home"]);
  });
});
