import { describe, expect, it } from "vitest";
import { databricks } from "../../../../../src/discover/sources/data/databricks.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Databricks CLI", () => {
  it("give their credentials", () => {
    expect(findIn(databricks)).toEqual([
      "databricks api_key key|DATABRICKS_TOKEN=$1 host|DATABRICKS_HOST=adb-1.azuredatabricks.net account:DEFAULT ~/.databrickscfg#/DEFAULT/token",
      "databricks service_account key=$2 account:ci ~/.databrickscfg#/ci/client_secret",
    ]);
  });
});
