import { describe, expect, it } from "vitest";
import { kaggle } from "../../../../../src/discover/sources/data/kaggle.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Kaggle", () => {
  it("give their credentials", () => {
    expect(findIn(kaggle)).toEqual(["kaggle basic key|KAGGLE_KEY=$1 username|KAGGLE_USERNAME=me ~/.kaggle/kaggle.json#/key"]);
  });
});
