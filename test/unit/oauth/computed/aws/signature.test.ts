import { describe, expect, it } from "vitest";
import { signAwsPost } from "../../../../../src/oauth/computed/aws/signature.ts";
import { signatureFault } from "../../../../support/aws-verifier.ts";

const keys = { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "" };
const post = { host: "sts.eu-west-1.amazonaws.com", region: "eu-west-1", service: "sts", body: "Action=X&A=%20", nowMs: 1_800_000_000_123 };

function arrived(headers: readonly string[]) {
  const pairs = Array.from({ length: headers.length / 2 }, (_, at): [string, string] => [headers[at * 2] ?? "", headers[at * 2 + 1] ?? ""]);
  return { method: "POST", target: "/", headers: { host: post.host, ...Object.fromEntries(pairs) }, body: Buffer.from(post.body) };
}

describe("a signed post", () => {
  it.each(["", "session token+/="])("is one that AWS would accept (session token %j)", (sessionToken) => {
    const request = arrived(signAwsPost(post, { ...keys, sessionToken }));
    expect(signatureFault(request, { id: "id", secret: "secret" })).toBeNull();
    expect(request.headers["x-amz-date" as keyof typeof request.headers]).toBe("20270115T080000Z");
    expect(signatureFault({ ...request, body: Buffer.from("Action=Y") }, { id: "id", secret: "secret" })).not.toBeNull();
    expect(signatureFault(request, { id: "id", secret: "other" })).not.toBeNull();
  });
});
