import { describe, expect, it } from "vitest";
import { aws } from "../../../../../src/discover/sources/cloud/aws.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of AWS CLI", () => {
  it("give their credentials", () => {
    expect(findIn(aws)).toEqual([
      "aws sigv4 access_key_id|AWS_ACCESS_KEY_ID=$4 secret_access_key|AWS_SECRET_ACCESS_KEY=$5 account:default ~/.aws/credentials#/default/aws_access_key_id",
      "aws sigv4 access_key_id|AWS_ACCESS_KEY_ID=$1 secret_access_key|AWS_SECRET_ACCESS_KEY=$2 session_token|AWS_SESSION_TOKEN=$3 account:alpha ~/.aws/credentials#/alpha/aws_access_key_id",
      "aws reference account:ci ~/.aws/config#/profile ci/credential_process",
    ]);
  });
});
