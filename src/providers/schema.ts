// The strict schema of a provider definition: one service as data. Unknown keys are errors with their path.
// In: parsed JSON. Out: the `Provider` type everyone matches, fills and explains with.
// It holds no I/O; lint.ts adds what a schema cannot say.
import { z } from "zod";
import { PROVIDER_ID_PATTERN } from "../core/names.ts";
import { captureSchema } from "./oauth/capture-schema.ts";
import { computedSchema } from "./oauth/computed-schema.ts";
import { oauthSchema } from "./oauth/oauth-schema.ts";
import { selfHostedSchema } from "./login/self-hosted-schema.ts";
import { verifySchema } from "./login/verify-schema.ts";

const hostPattern = z
  .string()
  .regex(/^(?:\*{1,2}\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/, "a lower-case host, *.suffix or **.suffix")
  .describe("Exact host, *.suffix (exactly one label) or **.suffix (one or more). Never over a public suffix.");

const template = z.string().min(3).describe("Text with {field} of the declared fields, for example 'Bearer {key}'.");

/** `{tenant}` stands for what only the user knows; see tenant.ts. */
const endpointHost = z
  .string()
  .regex(
    /^(?:\{tenant\}|(?:\*{1,2}\.|\{tenant\}\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/,
    "a lower-case host, *.suffix, **.suffix, {tenant}.suffix or {tenant}",
  )
  .describe(
    "Exact host, *.suffix (exactly one label) or **.suffix (one or more), never over a public suffix; or {tenant}.suffix, or {tenant} alone: the exact host is asked for at login and is the only one the credential goes to.",
  );

const endpoint = z.strictObject({
  host: endpointHost,
  port: z.int().min(1).max(65535).default(443),
  paths: z.array(z.string().startsWith("/")).min(1).optional().describe("Path globs the credential is limited to; all when absent."),
});

const placeholderShape = z.strictObject({
  prefix: z.string().max(40).default(""),
  length: z.int().min(16).max(400).describe("Whole length, prefix included."),
  alphabet: z.enum(["base62", "base64url", "hex", "digits", "lower-base36", "upper-base36", "upper-base32"]).default("base62"),
  separators: z
    .array(z.strictObject({ at: z.int().min(0).max(399), text: z.string().min(1).max(20) }))
    .default([])
    .describe("Fixed text at an offset of the whole placeholder, for keys in parts: [{ at: 8, text: '-' }]."),
  checksum: z.enum(["github-crc32"]).optional().describe("The last six characters are computed from the random ones before them."),
  form: z
    .enum(["jwt"])
    .optional()
    .describe("A JSON Web Token that clients can take apart and that has not expired; only the length is declared beside it."),
});

const field = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  label: z.string().min(1).describe("What the login form calls it."),
  secret: z.boolean().default(true),
  optional: z.boolean().default(false).describe("A login may leave it out; places that use it are skipped then."),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
    .default([])
    .describe("Every environment name a client reads it from."),
  pattern: z.string().optional().describe("Regular expression of a valid value."),
  patternCheck: z
    .enum(["refuse", "ask"])
    .default("refuse")
    .describe("What happens to a value that fails the pattern: refused, or stored after a question (a warning where nobody can be asked)."),
  hint: z.string().optional().describe("The shape in words, shown when the pattern fails."),
  placeholder: placeholderShape.optional(),
});

const scope = {
  hosts: z.array(hostPattern).min(1).optional().describe("Only on these of the provider's hosts."),
  paths: z.array(z.string().startsWith("/")).min(1).optional().describe("Only under these path globs."),
  when: z
    .enum(["key", "oauth"])
    .optional()
    .describe("Only for a pasted key, or only for a token that keyward gets itself (OAuth and computed credentials); both when absent."),
};

const headerPlace = z.strictObject({
  in: z.literal("header"),
  name: z.string().regex(/^[A-Za-z0-9_-]+$/),
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

const pathPlace = z.strictObject({
  in: z.literal("path"),
  template: z
    .string()
    .regex(/^\/[^/]/)
    .describe("A path with {field} in one segment, '*' for a segment and '**' at its end: '/bot{key}/**'. Never filled in."),
  ...scope,
});

const cookiePlace = z.strictObject({
  in: z.literal("cookie"),
  name: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
    .describe("One cookie of the Cookie header; the others stay."),
  template,
  ...scope,
});

const formPlace = z.strictObject({
  in: z.literal("form"),
  name: z.string().min(1).max(200).describe("A field of an application/x-www-form-urlencoded body. Never filled in."),
  template,
  ...scope,
});

const jsonPlace = z.strictObject({
  in: z.literal("json"),
  pointer: z
    .string()
    .regex(/^(?:\/(?:[^~/]|~[01])+)+$/)
    .describe("JSON Pointer (RFC 6901) of object keys to a string of a JSON body: '/auth/token'. Never filled in."),
  template,
  ...scope,
});

const sigv4Place = z.strictObject({
  in: z.literal("sigv4"),
  accessKey: template.describe("The access key id, which the child's own signature names: '{access_key_id}'."),
  secretKey: template.describe("What the request is signed with anew: '{secret_access_key}'."),
  sessionToken: template.optional().describe("For temporary credentials; left out when the credential has none."),
  ...scope,
});

const place = z.discriminatedUnion("in", [headerPlace, basicPlace, queryPlace, pathPlace, cookiePlace, formPlace, jsonPlace, sigv4Place]);

/** What `in` may be. */
export const PLACE_KINDS = place.options.map((option) => option.shape.in.value);

export const CATEGORIES = [
  "llm",
  "search",
  "dev",
  "cloud",
  "database",
  "storage",
  "data",
  "observability",
  "comms",
  "email",
  "social",
  "crm",
  "payments",
  "productivity",
  "other",
] as const;

const tenant = z.strictObject({
  label: z.string().min(1).default("Host").describe("What the login form calls the host it asks for."),
  example: z.string().min(1).describe("What one looks like: acme.atlassian.net."),
});

export const providerSchema = z.strictObject({
  $schema: z.string().optional(),
  shadowsBundled: z
    .boolean()
    .default(false)
    .describe("Written by 'provider add': this custom definition goes before a bundled one of the same id."),
  id: z.string().regex(PROVIDER_ID_PATTERN),
  name: z.string().min(1),
  category: z.enum(CATEGORIES),
  endpoints: z.array(endpoint).min(1),
  tenant: tenant.optional().describe("How a login asks for the host, when an endpoint has {tenant}."),
  selfHosted: selfHostedSchema.optional(),
  fields: z.array(field).min(1),
  inject: z
    .array(z.array(place).min(1))
    .min(1)
    .describe("Alternatives in order of preference; the places inside one alternative are sent together."),
  verify: verifySchema.optional(),
  oauth: oauthSchema.optional(),
  computed: computedSchema.optional(),
  capture: z.array(captureSchema).min(1).optional(),
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
export type PathPlace = z.output<typeof pathPlace>;
export type CookiePlace = z.output<typeof cookiePlace>;
export type FormPlace = z.output<typeof formPlace>;
export type JsonPlace = z.output<typeof jsonPlace>;
export type SigV4Place = z.output<typeof sigv4Place>;
export type PlaceholderShape = z.output<typeof placeholderShape>;

/** The schema as JSON Schema 2020-12, for editors; scripts/generate-provider-schema.mjs writes it to providers/schema.json. */
export function providerJsonSchema(): object {
  return { title: "keyward provider definition", ...z.toJSONSchema(providerSchema, { io: "input" }) };
}
