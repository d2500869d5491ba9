import { describe, expect, it } from "vitest";
import { wandb } from "../../../../../src/discover/sources/data/wandb.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Weights & Biases", () => {
  it("give their credentials", () => {
    expect(findIn(wandb)).toEqual(["wandb api_key key|WANDB_API_KEY=$1 ~/.netrc#/api.wandb.ai/password"]);
  });
});
