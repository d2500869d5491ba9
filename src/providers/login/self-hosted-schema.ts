// The part of a definition that says how the product looks on a server of the user's own (GitLab, GitHub Enterprise): which of the
// public hosts have a counterpart there. In: parsed JSON. Out: the `SelfHosted` type. self-hosted.ts turns a definition over.
import { z } from "zod";

const ownHost = z.strictObject({
  from: z
    .string()
    .regex(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/)
    .describe("One of the exact hosts of 'endpoints'; those not named here do not exist on a server of one's own."),
  to: z
    .string()
    .regex(/^(?:[a-z0-9-]+\.)*\{base\}$/, "{base}, or a name in front of it such as api.{base}")
    .default("{base}")
    .describe("The host it is there, derived from the one of --base-url."),
  paths: z.array(z.string().startsWith("/")).min(1).optional().describe("Path globs it is limited to there, instead of the public ones."),
});

export const selfHostedSchema = z
  .strictObject({
    example: z
      .string()
      .regex(/^https:\/\/[a-z0-9.-]+$/)
      .describe("What a base URL looks like: https://gitlab.acme.com."),
    hosts: z.array(ownHost).min(1),
    verifyPath: z.string().startsWith("/").optional().describe("The path of 'verify' there, when it is another."),
  })
  .describe("For products that people run on servers of their own: keyward login PROVIDER --base-url URL.");

export type SelfHosted = z.output<typeof selfHostedSchema>;
