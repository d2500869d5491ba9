// The strict schema of a provider definition: one service as data. Unknown keys are errors with their path.
// In: parsed JSON. Out: the `Provider` type everyone matches, fills and explains with.
// It holds no I/O; lint.ts adds what a schema cannot say.
import { z } from "zod";
import { PROVIDER_ID_PATTERN } from "../core/names.ts";

const hostPattern = z
  .string()
  .regex(/^(?:\*{1,2}\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/, "a lower-case host, *.suffix or **.suffix")
  .describe("Exact host, *.suffix (exactly one label) or **.suffix (one or more). Never over a public suffix.");

const template = z.string().min(3).describe("Text with {field} of the declared fields, for example 'Bearer {key}'.");

const endpoint = z.strictObject({
  host: hostPattern,
  port: z.int().min(1).max(65535).default(443),
  paths: z.array(z.string().startsWith("/")).min(1).optional().describe("Path globs the credential is limited to; all when absent."),
});

const placeholderShape = z.strictObject({
  prefix: z.string().max(40).default(""),
  length: z.int().min(16).max(400).describe("Whole length, prefix included."),
  alphabet: z.enum(["base62", "base64url", "hex", "digits", "lower-base36", "upper-base36"]).default("base62"),
  separators: z
    .array(z.strictObject({ at: z.int().min(0).max(399), text: z.string().min(1).max(20) }))
    .default([])
    .describe("Fixed text at an offset of the whole placeholder, for keys in parts: [{ at: 8, text: '-' }]."),
  checksum: z.enum(["github-crc32"]).optional().describe("The last six characters are computed from the random ones before them."),
});

const field = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  label: z.string().min(1).describe("What the login form calls it."),
  secret: z.boolean().default(true),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
    .default([])
    .describe("Every environment name a client reads it from."),
  pattern: z.string().optional().describe("Regular expression of a valid value; a value that fails it is refused."),
  hint: z.string().optional().describe("The shape in words, shown when the pattern fails."),
  placeholder: placeholderShape.optional(),
});

const scope = {
  hosts: z.array(hostPattern).min(1).optional().describe("Only on these of the provider's hosts."),
  paths: z.array(z.string().startsWith("/")).min(1).optional().describe("Only under these path globs."),
};

const headerPlace = z.strictObject({
  in: z.literal("header"),
  name: z.string().regex(/^[A-Za-z0-9-]+$/),
  templates: z.array(template).min(1).describe("Spellings recognised; the first is written when the slot is empty."),
  ...scope,
});

const basicPlace = z.strictObject({
  in: z.literal("basic"),
  username: z.string().describe("Template; may be a {field} or fixed text."),
  password: z.string().describe("Template; may be empty."),
  anyUsername: z.boolean().default(false).describe("Keep whatever user name the client sent beside the placeholder."),
  ...scope,
});

const queryPlace = z.strictObject({
  in: z.literal("query"),
  name: z.string().min(1),
  template,
  ...scope,
});

const place = z.discriminatedUnion("in", [headerPlace, basicPlace, queryPlace]);

export const providerSchema = z.strictObject({
  $schema: z.string().optional(),
  shadowsBundled: z
    .boolean()
    .default(false)
    .describe("Written by 'provider add': this custom definition goes before a bundled one of the same id."),
  id: z.string().regex(PROVIDER_ID_PATTERN),
  name: z.string().min(1),
  category: z.enum(["llm", "search", "dev", "cloud", "comms", "payments", "productivity", "observability", "data", "other"]),
  endpoints: z.array(endpoint).min(1),
  fields: z.array(field).min(1),
  inject: z
    .array(z.array(place).min(1))
    .min(1)
    .describe("Alternatives in order of preference; the places inside one alternative are sent together."),
  keysUrl: z.url().optional().describe("Where a person creates a key."),
  docsUrl: z.url().optional(),
  notes: z.string().optional(),
  sources: z.array(z.string()).min(1).describe("Where the facts come from."),
  examples: z.strictObject({
    match: z.array(z.string()).min(1).describe("'METHOD URL' lines that must be injected."),
    ignore: z.array(z.string()).min(1).describe("'METHOD URL' lines that must not be."),
  }),
});

export type Provider = z.output<typeof providerSchema>;
export type Endpoint = Provider["endpoints"][number];
export type ProviderField = Provider["fields"][number];
export type Place = Provider["inject"][number][number];
export type HeaderPlace = z.output<typeof headerPlace>;
export type BasicPlace = z.output<typeof basicPlace>;
export type QueryPlace = z.output<typeof queryPlace>;
export type PlaceholderShape = z.output<typeof placeholderShape>;

/** The schema as JSON Schema 2020-12, for editors; scripts/generate-provider-schema.mjs writes it to providers/schema.json. */
export function providerJsonSchema(): object {
  return { title: "keyward provider definition", ...z.toJSONSchema(providerSchema, { io: "input" }) };
}
