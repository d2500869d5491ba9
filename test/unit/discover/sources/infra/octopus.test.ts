import { describe, expect, it } from "vitest";
import { octopus } from "../../../../../src/discover/sources/infra/octopus.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Octopus CLI", () => {
  it("give their credentials", () => {
    expect(findIn(octopus)).toEqual([
      "octopus-deploy api_key key|OCTOPUS_API_KEY=$1 host=acme.octopus.app ~/.config/octopus/cli_config.json#/apikey",
    ]);
  });
});
