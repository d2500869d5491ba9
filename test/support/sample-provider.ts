// A small sound definition for tests, as the JSON a file would hold, and the provider it parses to.
import { parseProvider } from "../../src/providers/parse-provider.ts";
import { type Provider, providerSchema } from "../../src/providers/schema.ts";

export type Json = Record<string, unknown>;

/** Keys given replace those of the sample. */
export function sampleDefinition(changes: Json = {}): Json {
  return {
    id: "acme",
    name: "Acme",
    category: "other",
    endpoints: [{ host: "api.acme.test" }],
    fields: [{ name: "key", label: "API key", env: ["ACME_API_KEY"] }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    sources: ["a test"],
    examples: { match: ["GET https://api.acme.test/v1/things"], ignore: ["GET https://acme.test/"] },
    ...changes,
  };
}

/** Parsed and linted. */
export function sampleProvider(changes: Json = {}): Provider {
  const { provider, problems } = parseProvider(JSON.stringify(sampleDefinition(changes)), "acme.json");
  if (provider === null) throw new Error(problems.join("\n"));
  return provider;
}

/** Parsed by the schema only, for what the linter would refuse. */
export function unlintedProvider(changes: Json = {}): Provider {
  return providerSchema.parse(sampleDefinition(changes));
}
