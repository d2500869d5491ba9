import { describe, expect, it } from "vitest";
import { canonicalRequest } from "../../../../src/proxy/signing/canonical-request.ts";
import { formatScope, readAuthorization, readClaim, signingKey, signRequest } from "../../../../src/proxy/signing/signature.ts";
import { EXAMPLE_ID, EXAMPLE_SECRET, EXAMPLES } from "./aws-examples.ts";

describe("a signature", () => {
  it.each(EXAMPLES)("is the one AWS prints: $what", ({ scope, time, signature, ...request }) => {
    const signing = { key: signingKey(EXAMPLE_SECRET, scope), time, scope };
    expect(signRequest(canonicalRequest({ ...request, service: scope.service }), signing)).toBe(signature);
  });
});

describe("a client's signature", () => {
  const scope = "20130524/us-east-1/s3/aws4_request";

  it.each([
    `AWS4-HMAC-SHA256 Credential=${EXAMPLE_ID}/${scope}, SignedHeaders=host;x-amz-date, Signature=abc`,
    `AWS4-HMAC-SHA256 Credential=${EXAMPLE_ID}/${scope},SignedHeaders=host;x-amz-date,Signature=abc`,
    `AWS4-HMAC-SHA256   SignedHeaders=host;x-amz-date, Credential=${EXAMPLE_ID}/${scope},   Signature=abc`,
  ])("is read as it is written: %s", (value) => {
    const claim = readAuthorization(value);
    expect(claim).toMatchObject({ algorithm: "AWS4-HMAC-SHA256", accessKeyId: EXAMPLE_ID, signedHeaders: ["host", "x-amz-date"] });
    expect(formatScope(claim?.scope as never)).toBe(scope);
  });

  it.each(["Bearer x", "", "AWS AKIA:abc", "aws4-hmac-sha256 Credential=x"])("is not seen in %j", (value) => {
    expect(readAuthorization(value)).toBeNull();
  });

  it.each(["id", "id/20130524", "id/20130524/r/s/aws4", "id/2013/r/s/aws4_request", "id/20130524//s/aws4_request", `id/${scope}/more`])(
    "has no scope in %j",
    (credential) => {
      expect(readClaim({ algorithm: "AWS4-HMAC-SHA256", credential, signedHeaders: "host" }).scope).toBeNull();
    },
  );
});
