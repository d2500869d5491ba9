import { describe, expect, it } from "vitest";
import { draftProvider, type ProviderAnswers } from "../../../../src/cli/acts/draft-provider.ts";
import { parseProvider } from "../../../../src/providers/parse-provider.ts";
import type { Provider } from "../../../../src/providers/schema.ts";

const ANSWERS: ProviderAnswers = {
  id: "acme",
  name: "Acme",
  category: "other",
  hosts: ["api.acme.com"],
  send: "bearer",
  env: ["ACME_API_KEY"],
  keysUrl: "https://www.acme.com/keys",
  docsUrl: null,
};

function sound(change: Partial<ProviderAnswers>): Provider {
  const { provider, problems } = parseProvider(JSON.stringify(draftProvider({ ...ANSWERS, ...change })), "acme.json");
  expect(problems).toEqual([]);
  return provider as Provider;
}

describe("draftProvider", () => {
  it.each<[string, object]>([
    ["bearer", { in: "header", name: "Authorization", templates: ["Bearer {key}"] }],
    ["header:X-Api-Key", { in: "header", name: "X-Api-Key", templates: ["{key}"] }],
    ["header:Authorization=Token {key}", { in: "header", name: "Authorization", templates: ["Token {key}"] }],
    ["query:api_key", { in: "query", name: "api_key", template: "{key}" }],
    ["basic", { in: "basic", username: "{key}", password: "" }],
    ["basic:api", { in: "basic", username: "api", password: "{key}" }],
  ])("makes a sound definition of %s", (send, place) => {
    expect(sound({ send }).inject).toEqual([[expect.objectContaining(place)]]);
  });

  it.each<[string, object]>([
    ["API.acme.com.", { host: "api.acme.com", port: 443 }],
    ["https://api.acme.com/v1/", { host: "api.acme.com", paths: ["/v1/**"] }],
    ["api.acme.com:8443/v1/**", { host: "api.acme.com", port: 8443, paths: ["/v1/**"] }],
    ["*.acme.com", { host: "*.acme.com" }],
    ["**.acme.com", { host: "**.acme.com" }],
    ["{tenant}.acme.com", { host: "{tenant}.acme.com" }],
    ["{tenant}", { host: "{tenant}" }],
  ])("reads the host %s", (host, endpoint) => {
    expect(sound({ hosts: [host] }).endpoints).toEqual([expect.objectContaining(endpoint)]);
  });

  it.each<[Partial<ProviderAnswers>, string]>([
    [{ hosts: [] }, "needs a host"],
    [{ hosts: ["http://api.acme.com"] }, "a host is written like"],
    [{ hosts: ["api acme"] }, "a host is written like"],
    [{ hosts: ["127.1"] }, "a host is written like"],
    [{ hosts: ["user@acme.com"] }, "a host is written like"],
    [{ send: "cookie" }, "--send is one of"],
    [{ send: "header:" }, "--send is one of"],
    [{ send: "query:" }, "--send is one of"],
    [{ env: ["NOT-A-NAME"] }, "--env takes names"],
    [{ id: "No Id" }, "the id of a provider"],
  ])("refuses %j", (change, message) => {
    expect(() => draftProvider({ ...ANSWERS, ...change })).toThrow(message);
  });

  it("leaves what a schema and a linter say to the daemon", () => {
    const draft = draftProvider({ ...ANSWERS, hosts: ["*.com"], category: "nonsense" });
    expect(parseProvider(JSON.stringify(draft), "acme.json").problems).not.toEqual([]);
  });
});
