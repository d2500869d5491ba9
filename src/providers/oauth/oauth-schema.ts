// The part of a definition that says how a person logs in with OAuth 2 instead of pasting a key.
// In: parsed JSON. Out: the `OAuthSection` type. It holds no I/O; daemon/oauth uses it at login, the addresses are then kept in the
// connection's encrypted record, so a definition that changes later cannot send a stored refresh token elsewhere.
import { z } from "zod";

export const OAUTH_FLOWS = ["browser", "device", "token", "client_credentials"] as const;

const address = z
  .string()
  .regex(
    /^https:\/\/(?:\{tenant\}|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d{1,5})?(?:\/[^\s#{}]*)?$/,
    "an https address; its host may be {tenant}",
  )
  .describe("https only; {tenant} as the host stands for the host given at login.");

const redirect = z.strictObject({
  host: z.enum(["127.0.0.1", "localhost"]).default("127.0.0.1"),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(0)
    .describe("0 = any, for a provider that compares loopback addresses without the port (RFC 8252)."),
});

const tokenDialect = z.strictObject({
  body: z.enum(["form", "json"]).default("form").describe("How a token request is written."),
  headers: z
    .record(
      z.string().regex(/^(?:User-Agent|X-[A-Za-z0-9-]+|[A-Z][A-Za-z0-9]*-Version)$/),
      z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/),
    )
    .default({})
    .describe("Sent with every token request: a user agent, a version."),
  refreshUrl: address.optional().describe("Where refresh tokens are traded, when that is another address than tokenUrl."),
  nested: z
    .string()
    .regex(/^[a-z_]+$/)
    .optional()
    .describe("Member of the answer that holds the tokens when the answer itself has none: Slack's authed_user."),
  hostMember: z
    .string()
    .regex(/^[a-z_]+$/)
    .optional()
    .describe("Member of the answer that names the account's host, to be bound for {tenant}: Salesforce's instance_url."),
});

export const oauthSchema = z
  .strictObject({
    flows: z
      .array(z.enum(OAUTH_FLOWS))
      .min(1)
      .describe(
        "In order of preference. 'token': a refresh token got elsewhere is pasted. 'client_credentials': no person (RFC 6749 §4.4).",
      ),
    field: z.string().default("key").describe("The secret field that holds the access token."),
    issuer: address.optional().describe("RFC 8414: compared with `iss`, and asked for addresses that are not given here."),
    endpointHosts: z
      .array(z.string().regex(/^[a-z0-9.-]+(?::\d+)?$/))
      .default([])
      .describe("Hosts beside the issuer's own that discovery may name."),
    authorizationUrl: address.optional(),
    tokenUrl: address.optional().describe("Required without an issuer."),
    deviceAuthorizationUrl: address.optional(),
    revocationUrl: address.optional(),
    registrationUrl: address.optional().describe("RFC 7591; with it nobody has to bring a client id."),
    resource: address
      .optional()
      .describe(
        "RFC 9728: the address of the API itself, asked for its issuer where none is given here, and named in requests (RFC 8707).",
      ),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
      .default([])
      .describe("Asked for unless the login says --scope."),
    scopeSeparator: z.enum([" ", ","]).default(" "),
    pkce: z.boolean().default(true).describe("S256; false only for a server that refuses the parameters."),
    nonce: z.boolean().default(true).describe("false only for a server that takes the scope openid and gives ID tokens without a nonce."),
    clientAuth: z.enum(["post", "basic"]).default("post").describe("How a client with a secret shows it (RFC 6749 §2.3.1)."),
    clientSecret: z.enum(["required", "optional", "none"]).default("optional"),
    emptySecret: z.boolean().default(false).describe("A client without a secret shows an empty one (Basic) instead of none."),
    redirect: redirect.default({ host: "127.0.0.1", port: 0 }),
    authorizationParameters: z
      .record(z.string().regex(/^[a-z_]+$/), z.string())
      .default({})
      .describe("Sent along to the authorization page, such as access_type=offline."),
    dialect: tokenDialect.optional().describe("Where the token endpoint asks for other than RFC 6749 says."),
    clientIdField: z
      .string()
      .optional()
      .describe("A field that is not secret and takes the client id of the login, for an API that wants to see it: Twitch's Client-Id."),
    howToGetClientId: z.string().min(1).describe("One sentence for a person who has no client id yet."),
    clientsUrl: z.url().optional().describe("The page where one is made."),
  })
  .describe("How to log in with OAuth 2: keyward login PROVIDER --flow …");

export type OAuthSection = z.output<typeof oauthSchema>;
