import { describe, expect, it } from "vitest";
import { pypi } from "../../../../../src/discover/sources/packages/pypi.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of twine", () => {
  it("give their credentials", () => {
    expect(findIn(pypi)).toEqual([
      "pypi? api_key key|TWINE_PASSWORD|UV_PUBLISH_TOKEN=$1 ~/.pypirc#/pypi/password",
      "pypi? api_key key=$2 host:testpypi ~/.pypirc#/testpypi/password",
    ]);
  });
});
