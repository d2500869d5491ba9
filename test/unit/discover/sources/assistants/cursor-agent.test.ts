import { describe, expect, it } from "vitest";
import { cursorAgent } from "../../../../../src/discover/sources/assistants/cursor-agent.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Cursor CLI", () => {
  it("give their credentials", () => {
    expect(findIn(cursorAgent)).toEqual(["cursor? oauth key=$1 expired rotates ~/.config/cursor/auth.json#/accessToken"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(cursorAgent, { oauth: false })).toEqual([]);
  });
});
