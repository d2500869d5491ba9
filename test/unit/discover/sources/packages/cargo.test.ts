import { describe, expect, it } from "vitest";
import { cargo } from "../../../../../src/discover/sources/packages/cargo.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Cargo", () => {
  it("give their credentials", () => {
    expect(findIn(cargo)).toEqual([
      "crates-io? api_key key|CARGO_REGISTRY_TOKEN=$1 ~/.cargo/credentials.toml#/registry/token",
      "my-team? api_key key|CARGO_REGISTRIES_MY_TEAM_TOKEN=Bearer $2 ~/.cargo/credentials.toml#/registries/my-team/token",
    ]);
  });
});
