import { describe, expect, it } from "vitest";
import { readme } from "../../../../../src/discover/sources/services/readme.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of ReadMe rdme", () => {
  it("give their credentials", () => {
    expect(findIn(readme)).toEqual(["readme api_key key|RDME_API_KEY=$1 ~/.config/configstore/rdme-production.json#/apiKey"]);
  });
});
