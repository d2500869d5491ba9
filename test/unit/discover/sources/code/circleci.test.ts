import { describe, expect, it } from "vitest";
import { circleci } from "../../../../../src/discover/sources/code/circleci.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of CircleCI CLI", () => {
  it("give their credentials", () => {
    expect(findIn(circleci)).toEqual(["circleci api_key key|CIRCLECI_TOKEN|CIRCLECI_CLI_TOKEN=$1 ~/.circleci/cli.yml#/token"]);
  });
});
