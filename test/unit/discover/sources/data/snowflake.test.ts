import { describe, expect, it } from "vitest";
import { snowflake } from "../../../../../src/discover/sources/data/snowflake.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Snowflake", () => {
  it("give their credentials", () => {
    expect(findIn(snowflake)).toEqual([
      "snowflake api_key key=$2 account:data lake ~/.snowflake/connections.toml#/data lake/token",
      "snowflake? basic key=$1 account:team ~/.snowflake/connections.toml#/team/password",
      "snowflake? basic key=$3 ~/.snowsql/config#/connections/password",
    ]);
  });
});
