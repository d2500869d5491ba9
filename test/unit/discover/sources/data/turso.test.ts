import { describe, expect, it } from "vitest";
import { turso } from "../../../../../src/discover/sources/data/turso.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Turso CLI", () => {
  it("give their credentials", () => {
    expect(findIn(turso)).toEqual(["turso api_key key|TURSO_API_TOKEN=$1 account:me ends ~/.config/turso/settings.json#/token"]);
  });
});
