import { describe, expect, it } from "vitest";
import { doppler } from "../../../../../src/discover/sources/infra/doppler.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Doppler CLI", () => {
  it("give their credentials", () => {
    expect(findIn(doppler)).toEqual(["doppler api_key key|DOPPLER_TOKEN=$1 account:/ ~/.doppler/.doppler.yaml#/scoped/~1/token"]);
  });
});
