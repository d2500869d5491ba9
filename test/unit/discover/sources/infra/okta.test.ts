import { describe, expect, it } from "vitest";
import { okta } from "../../../../../src/discover/sources/infra/okta.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Okta", () => {
  it("give their credentials", () => {
    expect(findIn(okta)).toEqual(["okta api_key key|OKTA_CLIENT_TOKEN=$1 host=acme.okta.com ~/.okta/okta.yaml#/okta/client/token"]);
  });
});
