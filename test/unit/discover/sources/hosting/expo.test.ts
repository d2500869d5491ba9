import { describe, expect, it } from "vitest";
import { expo } from "../../../../../src/discover/sources/hosting/expo.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Expo / EAS", () => {
  it("give their credentials", () => {
    expect(findIn(expo)).toEqual(["expo? oauth key=$1 account:me ~/.expo/state.json#/auth/sessionSecret"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(expo, { oauth: false })).toEqual([]);
  });
});
