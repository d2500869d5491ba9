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

  it("wants the token in a secret field, and no place for it that needs another field", () => {
    const field = (changes: Json): Json => ({ name: "key", label: "Key", env: ["ACME_API_KEY"], ...changes });
    expect(paths({ field: "other" })).toEqual(["oauth.field"]);
    expect(paths({}, { fields: [field({ secret: false })] })).toEqual(["oauth.field"]);
    const both = [[{ in: "basic", username: "{second}", password: "{key}" }]];
    const second = (changes: Json): Json => ({ fields: [field({}), field({ name: "second", env: [], secret: false, ...changes })] });
    expect(paths({}, { ...second({}), inject: both })).toEqual(["inject.0.0"]);
    expect(paths({}, { ...second({ optional: true }), inject: both })).toEqual([]);
    expect(paths({ clientIdField: "second" }, { ...second({}), inject: both })).toEqual([]);
    expect(paths({ clientIdField: "second" }, { ...second({ secret: true }), inject: both })).toEqual(["oauth.clientIdField"]);
  });

  it("lets a place be for keys only, as long as one is there for tokens", () => {
    const field = { name: "key", label: "Key", env: [] };
    const fields = [field, { name: "mail", label: "Mail", secret: false, env: [] }];
    const keys = { in: "basic", username: "{mail}", password: "{key}", when: "key" };
    const tokens = { in: "header", name: "Authorization", templates: ["Bearer {key}"], when: "oauth" };
    expect(paths({}, { fields, inject: [[keys], [tokens]] })).toEqual([]);
    expect(paths({}, { fields, inject: [[keys]] })).toEqual(["oauth.field"]);
  });

  it("wants a host that the answer names to be one that is asked for, and not needed before", () => {
    const tenant = { endpoints: [{ host: "{tenant}.acme.test" }], tenant: { example: "a.acme.test" } };
    expect(paths({ dialect: { hostMember: "instance_url" } })).toEqual(["oauth.dialect.hostMember"]);
    expect(paths({ dialect: { hostMember: "instance_url" } }, tenant)).toEqual([]);
    expect(paths({ dialect: { hostMember: "instance_url" }, tokenUrl: "https://{tenant}/t" }, tenant)).toEqual(["oauth.tokenUrl"]);
    expect(paths({ dialect: { refreshUrl: "https://{tenant}/t" } })).toEqual(["oauth.dialect.refreshUrl"]);
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
