import { describe, expect, it } from "vitest";
import { kimiCode } from "../../../../../src/discover/sources/agents/kimi-code.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Kimi Code", () => {
  it("give their credentials", () => {
    expect(findIn(kimiCode)).toEqual(["kimi-code oauth key|KIMI_API_KEY=$1 ends rotates ~/.kimi/credentials/kimi-code.json#/access_token"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(kimiCode, { oauth: false })).toEqual([]);
  });
});
