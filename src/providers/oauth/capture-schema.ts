// The part of a definition that says where tokens come back when a tool logs in by itself: token endpoints, and where in their answers
// the tokens stand. In: parsed JSON. Out: the `Capture` type. It holds no I/O; proxy/capture looks at the answers.
import { z } from "zod";

const pointer = z
  .string()
  .regex(/^(?:\/(?:[^~/]|~[01])+)+$/)
  .describe("JSON Pointer (RFC 6901) of object keys; one key is also the name of the field in a form.");

const tokens = z.strictObject({
  field: z.string().default("key").describe("The secret field that takes the access token."),
  access: pointer.default("/access_token"),
  refresh: pointer.default("/refresh_token"),
  expiresIn: pointer.default("/expires_in").describe("Seconds from now."),
  scope: pointer.default("/scope"),
});

const USUAL_TOKENS = { field: "key", access: "/access_token", refresh: "/refresh_token", expiresIn: "/expires_in", scope: "/scope" };

export const captureSchema = z
  .strictObject({
    host: z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, "an exact lower-case host"),
    port: z.int().min(1).max(65_535).default(443),
    paths: z
      .array(z.string().regex(/^\/(?:[^\s?#]*\/)?[^\s?#/*]+$/, "a path glob that ends in a name: '/oauth/token', '/*/oauth2/token'"))
      .min(1)
      .describe("Path globs of the token endpoint; every method counts."),
    tokens: z
      .array(tokens)
      .min(1)
      .default([USUAL_TOKENS])
      .describe("Each set becomes a connection of its own when its access token is in the answer."),
  })
  .describe("A token endpoint: its answers, on their way to a tool that logs in by itself, are kept as a connection.");

export type Capture = z.output<typeof captureSchema>;
export type CaptureTokens = Capture["tokens"][number];
