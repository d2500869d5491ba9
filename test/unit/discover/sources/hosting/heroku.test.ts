import { describe, expect, it } from "vitest";
import { heroku } from "../../../../../src/discover/sources/hosting/heroku.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Heroku CLI", () => {
  it("give their credentials", () => {
    expect(findIn(heroku)).toEqual(["heroku api_key key|HEROKU_API_KEY=$1 account:me@acme.example ~/.netrc#/api.heroku.com/password"]);
  });
});
