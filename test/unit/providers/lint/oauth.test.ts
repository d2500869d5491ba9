import { describe, expect, it } from "vitest";
import { oauthProblems } from "../../../../src/providers/lint/oauth.ts";
import { providerSchema } from "../../../../src/providers/schema.ts";
import { type Json, sampleDefinition, unlintedProvider } from "../../../support/sample-provider.ts";

const sound = {
  flows: ["browser", "device", "token"],
  authorizationUrl: "https://auth.acme.test/authorize",
  tokenUrl: "https://auth.acme.test/token",
  deviceAuthorizationUrl: "https://auth.acme.test/device",
  howToGetClientId: "make an app",
};
const paths = (changes: Json, others: Json = {}): string[] =>
  oauthProblems(unlintedProvider({ oauth: { ...sound, ...changes }, ...others })).map(({ path }) => path.join("."));

describe("the lint of oauth", () => {
  it("has nothing against a sound one, or none", () => {
    expect(paths({})).toEqual([]);
    expect(oauthProblems(unlintedProvider())).toEqual([]);
  });

  it("wants the addresses that the flows need, unless an issuer tells them", () => {
    expect(paths({ authorizationUrl: undefined })).toEqual(["oauth.authorizationUrl"]);
    expect(paths({ tokenUrl: undefined, deviceAuthorizationUrl: undefined })).toEqual(["oauth.tokenUrl", "oauth.deviceAuthorizationUrl"]);
    expect(
      paths({ authorizationUrl: undefined, tokenUrl: undefined, deviceAuthorizationUrl: undefined, issuer: "https://auth.acme.test" }),
    ).toEqual([]);
    expect(paths({ flows: ["token"], authorizationUrl: undefined, deviceAuthorizationUrl: undefined })).toEqual([]);
  });

  it("wants the token in a secret field, and no other field that is required", () => {
    const field = (changes: Json): Json => ({ name: "key", label: "Key", env: ["ACME_API_KEY"], ...changes });
    expect(paths({ field: "other" })).toEqual(["oauth.field"]);
    expect(paths({}, { fields: [field({ secret: false })] })).toEqual(["oauth.field"]);
    expect(paths({}, { fields: [field({}), field({ name: "second", env: [] })] })).toEqual(["oauth.field"]);
    expect(paths({}, { fields: [field({}), field({ name: "second", env: [], optional: true })] })).toEqual([]);
  });

  it("refuses {tenant} where no endpoint has it, and parameters of keyward's own", () => {
    expect(paths({ tokenUrl: "https://{tenant}/token" })).toEqual(["oauth.tokenUrl"]);
    expect(paths({ authorizationParameters: { state: "x", access_type: "offline" } })).toEqual(["oauth.authorizationParameters.state"]);
  });

  it.each([
    "http://a.test/t",
    "https://user@a.test/t",
    "https://a.test/t#x",
    "javascript:x",
    "https://a.test/{key}",
    "https://x.{tenant}/",
  ])("takes no address %s", (tokenUrl) => {
    expect(providerSchema.safeParse(sampleDefinition({ oauth: { ...sound, tokenUrl } })).success).toBe(false);
  });
});
