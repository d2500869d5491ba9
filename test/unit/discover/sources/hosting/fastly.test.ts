import { describe, expect, it } from "vitest";
import { fastly } from "../../../../../src/discover/sources/hosting/fastly.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Fastly CLI", () => {
  it("give their credentials", () => {
    expect(findIn(fastly)).toEqual(["fastly api_key key|FASTLY_API_TOKEN=$1 account:me ~/.config/fastly/config.toml#/profile/me/token"]);
  });
});
