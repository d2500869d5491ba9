import { expect, it } from "vitest";
import { REGION_PATTERN, toTokens } from "../../../../../src/oauth/computed/aws/role.ts";

it("names the connection by the access key id and lets the other two go with it; a part that is missing is no credential", () => {
  const parts = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c", expiresAtMs: 1 };
  const tokens = toTokens(parts);
  expect(tokens?.accessToken.reveal()).toBe("a");
  expect(Object.entries(tokens?.otherFields ?? {}).map(([name, secret]) => [name, secret.reveal()])).toEqual([
    ["secret_access_key", "b"],
    ["session_token", "c"],
  ]);
  for (const name of ["accessKeyId", "secretAccessKey", "sessionToken"]) expect(toTokens({ ...parts, [name]: undefined })).toBeNull();
  expect(toTokens({ ...parts, expiresAtMs: null })).toBeNull();
});

it.each([
  ["eu-central-1", true],
  ["us-gov-west-1", true],
  ["ap-southeast-2", true],
  ["cn-north-1", false],
  ["eu", false],
  ["evil.test/", false],
])("the region %s is taken: %s", (region, isTaken) => {
  expect(REGION_PATTERN.test(region)).toBe(isTaken);
});
