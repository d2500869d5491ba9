import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsAssumeRole } from "../../../../../src/oauth/computed/aws/assume-role.ts";
import { signatureFault } from "../../../../support/aws-verifier.ts";
import { startTokenEndpoint, type Told, type TokenEndpoint } from "../../../../support/token-endpoint.ts";
import { context, failure } from "../keys.ts";

const HOST = "sts.eu-central-1.amazonaws.com";
const ID = `AKIA${"Q".repeat(16)}`;
const SECRET = "s/".repeat(20);
const ROLE = "arn:aws:iam::123456789012:role/deploy";
let endpoint: TokenEndpoint;
let told: Told;

beforeAll(async () => {
  endpoint = await startTokenEndpoint([HOST], ({ method, url, headers, body }) => {
    const target = `${url.pathname}${url.search}`;
    const fault = signatureFault({ method, target, headers, body: Buffer.from(body) }, { id: ID, secret: SECRET });
    return fault === null ? told : error(403, "SignatureDoesNotMatch");
  });
});
afterAll(() => endpoint.close());

const error = (status: number, code: string): Told => ({
  status,
  text: `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`,
});
const granted = (expiresAt: string): Told => ({
  text: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAMADE</AccessKeyId><SecretAccessKey>made/+</SecretAccessKey>
    <SessionToken>tok==</SessionToken><Expiration>${expiresAt}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
});
const typed = { base_keys: `aws_access_key_id=${ID}\naws_secret_access_key=${SECRET}`, role_arn: ROLE, region: "eu-central-1" };
const obtain = (more: Record<string, string> = {}) => {
  const source = { flow: "assume-role", values: awsAssumeRole.read({ ...typed, ...more }, context) } as const;
  const request = { source, tokenUrl: `https://${HOST}/`, refreshUrl: null, context: { name: "AWS", again: "keyward login aws" } };
  return awsAssumeRole.obtain(request, { send: endpoint.send, clock: { nowMs: () => Date.now() } });
};

describe("a role's temporary keys", () => {
  it("are three fields, asked for with a signature of the base keys", async () => {
    told = granted("2030-01-01T00:00:00Z");
    const { accessToken, otherFields, expiresAtMs } = await obtain();
    expect(accessToken.reveal()).toBe("ASIAMADE");
    expect([otherFields?.["secret_access_key"]?.reveal(), otherFields?.["session_token"]?.reveal()]).toEqual(["made/+", "tok=="]);
    expect(expiresAtMs).toBe(Date.parse("2030-01-01T00:00:00Z"));
    const { form, body } = endpoint.requests.at(-1)!;
    expect(Object.fromEntries(form)).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: ROLE,
      RoleSessionName: "keyward",
      DurationSeconds: "3600",
    });
    expect(body).not.toContain(SECRET);
  });

  it("may want an external id, a name and another duration", async () => {
    await obtain({ external_id: "ext:1", session_name: "me", duration_s: "900" });
    const { form } = endpoint.requests.at(-1)!;
    expect([form.get("ExternalId"), form.get("RoleSessionName"), form.get("DurationSeconds")]).toEqual(["ext:1", "me", "900"]);
  });

  it.each([
    [403, "AccessDenied", "OAUTH_DENIED"],
    [403, "InvalidClientTokenId", "OAUTH_CLIENT"],
    [403, "ExpiredToken", "OAUTH_CLIENT"],
    [400, "MalformedPolicyDocument", "OAUTH_ANSWER"],
  ])("do not come with %i %s", async (status, code, known) => {
    told = error(status, code);
    const refused = await failure(() => obtain());
    expect(refused.code).toBe(known);
  });

  it("do not come with an answer that lacks a part", async () => {
    told = { text: "<AssumeRoleResponse/>" };
    expect((await failure(() => obtain())).code).toBe("OAUTH_ANSWER");
  });
});

describe("what it is made from", () => {
  it.each([
    ["base_keys", ""],
    ["base_keys", "hello"],
    ["role_arn", "deploy"],
    ["role_arn", "arn:aws:iam::1:role/x"],
    ["region", "cn-north-1"],
    ["duration_s", "60"],
    ["duration_s", "50000"],
    ["session_name", "a b"],
    ["external_id", "a b"],
  ])("is refused with the name of the input: %s = %j", async (name, text) => {
    const refused = await failure(() => awsAssumeRole.read({ ...typed, [name]: text }, context));
    expect(refused.field).toBe(name);
    expect(refused.message).not.toContain("\n");
  });
});
