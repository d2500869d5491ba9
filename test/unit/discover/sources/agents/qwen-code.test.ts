import { describe, expect, it } from "vitest";
import { qwenCode } from "../../../../../src/discover/sources/agents/qwen-code.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Qwen Code", () => {
  it("give their credentials", () => {
    expect(findIn(qwenCode)).toEqual(["qwen? oauth key=$1 expired rotates ~/.qwen/oauth_creds.json#/access_token"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(qwenCode, { oauth: false })).toEqual([]);
  });
});
