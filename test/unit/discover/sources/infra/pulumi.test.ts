import { describe, expect, it } from "vitest";
import { pulumi } from "../../../../../src/discover/sources/infra/pulumi.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Pulumi", () => {
  it("give their credentials", () => {
    expect(findIn(pulumi)).toEqual([
      "pulumi api_key key|PULUMI_ACCESS_TOKEN=$1 account:me ~/.pulumi/credentials.json#/accounts/https:~1~1api.pulumi.com/accessToken",
      "pulumi api_key key|PULUMI_ACCESS_TOKEN=$2 host:pulumi.acme.example ~/.pulumi/credentials.json#/accessTokens/https:~1~1pulumi.acme.example",
    ]);
  });
});
