import { describe, expect, it } from "vitest";
import { todoist } from "../../../../../src/discover/sources/services/todoist.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of todoist", () => {
  it("give their credentials", () => {
    expect(findIn(todoist)).toEqual(["todoist api_key key|TODOIST_API_TOKEN=$1 ~/.config/todoist/config.json#/token"]);
  });
});
