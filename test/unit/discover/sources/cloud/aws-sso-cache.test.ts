import { describe, expect, it } from "vitest";
import { awsSsoCache } from "../../../../../src/discover/sources/cloud/aws-sso-cache.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of AWS SSO and CLI caches", () => {
  it("give their credentials", () => {
    expect(findIn(awsSsoCache)).toEqual([
      "aws? oauth key=$1 ends rotates ~/.aws/sso/cache/ab12.json#/accessToken",
      "aws sigv4 access_key_id|AWS_ACCESS_KEY_ID=$3 secret_access_key|AWS_SECRET_ACCESS_KEY=$4 session_token|AWS_SESSION_TOKEN=$5 expired ~/.aws/cli/cache/cd34.json#/Credentials/AccessKeyId",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(awsSsoCache, { oauth: false })).toEqual([
      "aws sigv4 access_key_id|AWS_ACCESS_KEY_ID=$3 secret_access_key|AWS_SECRET_ACCESS_KEY=$4 session_token|AWS_SESSION_TOKEN=$5 expired ~/.aws/cli/cache/cd34.json#/Credentials/AccessKeyId",
    ]);
  });
});
