import { describe, expect, it } from "vitest";
import { computedProblems } from "../../../../src/providers/lint/computed.ts";
import { providerSchema } from "../../../../src/providers/schema.ts";
import { type Json, sampleDefinition, unlintedProvider } from "../../../support/sample-provider.ts";

const app = { flow: "app", tokenUrl: "https://api.acme.test/app/{installation_id}/tokens", howTo: "On its page" };
const role = { flow: "assume-role", tokenUrl: "https://sts.{region}.acme.test/", howTo: "Keys" };
const pair = { flow: "key-pair", howTo: "A key" };
const aws = {
  fields: ["access_key_id", "secret_access_key", "session_token"].map((name) => ({ name, label: name, env: [] })),
  inject: [[{ in: "sigv4", accessKey: "{access_key_id}", secretKey: "{secret_access_key}", sessionToken: "{session_token}" }]],
};
const paths = (computed: readonly Json[], others: Json = {}): string[] =>
  computedProblems(unlintedProvider({ computed, ...others })).map(({ path }) => path.join("."));

describe("the lint of computed", () => {
  it("has nothing against sound ones, or none", () => {
    expect(paths([app, pair])).toEqual([]);
    expect(paths([role, { ...role, flow: "sso" }], aws)).toEqual([]);
    expect(computedProblems(unlintedProvider())).toEqual([]);
  });

  it("wants each flow once, with the address it needs", () => {
    expect(paths([app, app])).toEqual(["computed.1.flow"]);
    expect(paths([{ ...app, tokenUrl: undefined }])).toEqual(["computed.0.tokenUrl"]);
    expect(paths([{ ...app, tokenUrl: "https://api.acme.test/app/tokens" }])).toEqual(["computed.0.tokenUrl"]);
    expect(paths([{ ...app, tokenUrl: "https://api.{region}.test/{installation_id}" }])).toEqual(["computed.0.tokenUrl"]);
    expect(paths([{ ...pair, tokenUrl: "https://api.acme.test/" }])).toEqual(["computed.0.tokenUrl"]);
  });

  it("wants the fields that are written, secret and in a place for tokens", () => {
    expect(paths([{ ...app, field: "other" }])).toEqual(["computed.0.field"]);
    expect(paths([role])).toEqual(["computed.0.field", "computed.0.field", "computed.0.field"]);
    const keysOnly = [[{ in: "header", name: "X-Key", templates: ["{key}"], when: "key" }]];
    expect(paths([app], { inject: keysOnly })).toEqual(["computed.0.field"]);
  });

  it.each(["http://a.test/x", "https://a.test", "https://{tenant}/x", "https://a.test/{key}", "https://a.test/x?y", "https://u@a.test/"])(
    "takes no address %s",
    (tokenUrl) => {
      expect(providerSchema.safeParse(sampleDefinition({ computed: [{ ...app, tokenUrl }] })).success).toBe(false);
    },
  );
});
