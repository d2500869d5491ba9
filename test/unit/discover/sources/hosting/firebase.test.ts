import { describe, expect, it } from "vitest";
import { firebase } from "../../../../../src/discover/sources/hosting/firebase.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Firebase CLI", () => {
  it("give their credentials", () => {
    expect(findIn(firebase)).toEqual([
      "google-cloud? oauth key=$1 account:me@acme.example ends rotates ~/.config/configstore/firebase-tools.json#/tokens/access_token",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(firebase, { oauth: false })).toEqual([]);
  });
});
