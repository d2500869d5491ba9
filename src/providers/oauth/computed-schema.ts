// The part of a definition that says which credentials keyward can compute for the provider: from a private key, base keys, a session.
// In: parsed JSON. Out: the `ComputedSection` type. It holds no I/O; what each flow is made from is code (oauth/computed), where it is
// traded is data, and is kept in the connection's encrypted record at login.
import { z } from "zod";
import { COMPUTED_FLOWS } from "../../core/grant.ts";

const address = z
  .string()
  .regex(/^https:\/\/[a-z0-9-]+(?:\.(?:[a-z0-9-]+|\{region\}))+\/(?:[A-Za-z0-9_/.-]|\{installation_id\})*$/, "an https address")
  .describe("https only; {region} in the host and {installation_id} in the path stand for what was given at login.");

export const computedSchema = z
  .array(
    z.strictObject({
      flow: z.enum(COMPUTED_FLOWS).describe("What keyward login --flow says, and how the credential is made."),
      field: z.string().default("key").describe("The secret field that holds the credential; AWS flows write three of their own."),
      tokenUrl: address.optional().describe("Where what is signed is traded. Without one the signed token is the credential."),
      refreshUrl: address.optional().describe("Where a session is renewed (sso)."),
      selfHostedUrl: z
        .string()
        .regex(/^https:\/\/\{base\}\/(?:[A-Za-z0-9_/.-]|\{installation_id\})+$/, "an https address on {base}")
        .optional()
        .describe("tokenUrl on a server of the user's own; without one the flow is not there for such servers."),
      scopes: z
        .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
        .default([])
        .describe("Asked for unless the login says others."),
      howTo: z.string().min(1).describe("One sentence: where a person gets what the flow needs."),
      pageUrl: z.url().optional().describe("The page where that is."),
    }),
  )
  .min(1)
  .describe("Credentials that keyward computes: keyward login PROVIDER --flow app …");

export type ComputedSection = z.output<typeof computedSchema>[number];
