import { describe, expect, it } from "vitest";
import { vultr } from "../../../../../src/discover/sources/cloud/vultr.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of vultr-cli", () => {
  it("give their credentials", () => {
    expect(findIn(vultr)).toEqual(["vultr api_key key|VULTR_API_KEY=$1 ~/.vultr-cli.yaml#/api-key"]);
  });
});
