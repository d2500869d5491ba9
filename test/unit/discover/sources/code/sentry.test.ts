import { describe, expect, it } from "vitest";
import { sentry } from "../../../../../src/discover/sources/code/sentry.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of sentry-cli", () => {
  it("give their credentials", () => {
    expect(findIn(sentry)).toEqual(["sentry api_key key|SENTRY_AUTH_TOKEN=$1 ~/.sentryclirc#/auth/token"]);
  });
});
