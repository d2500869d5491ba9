import { describe, expect, it } from "vitest";
import { datadog } from "../../../../../src/discover/sources/infra/datadog.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of dog", () => {
  it("give their credentials", () => {
    expect(findIn(datadog)).toEqual(["datadog api_key api_key|DD_API_KEY=$1 app_key|DD_APP_KEY=$2 ~/.dogrc#/Connection/apikey"]);
  });
});
