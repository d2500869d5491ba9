// The part of a definition that says how a login asks the provider whether it knows the credential: one cheap request.
// In: parsed JSON. Out: the `Verify` type. It holds no I/O; daemon/verify sends the request.
import { z } from "zod";

const status = z.int().min(100).max(599);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const bodyCheck = z
  .strictObject({
    pointer: z
      .string()
      .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, "a JSON pointer such as /ok")
      .describe("RFC 6901 pointer into the JSON answer."),
    equals: scalar.optional().describe("The credential is good when the value there is this."),
    differs: scalar.optional().describe("The credential is good when there is a value and it is not this."),
  })
  .describe("For providers that answer 200 to a bad credential too. Has 'equals' or 'differs'.");

export const verifySchema = z
  .strictObject({
    method: z.enum(["GET", "HEAD", "POST"]).default("GET"),
    path: z.string().startsWith("/").describe("With query; the credential is written where 'inject' says, and nowhere else."),
    host: z.string().optional().describe("Of the exact endpoints; the first of them, or the tenant's host, when absent."),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string()).default({}),
    body: z.string().optional(),
    expectStatus: z.array(status).min(1).default([200]),
    refusedStatus: z
      .array(status)
      .optional()
      .describe("The provider does not know the credential; 401 unless said, with 403 where that means the same."),
    limitedStatus: z.array(status).optional().describe("It knows it, but it may not do this: stored with a notice; 403 unless said."),
    bodyCheck: bodyCheck.optional(),
    headerCheck: z
      .strictObject({ name: z.string(), equals: z.string() })
      .optional()
      .describe("An answer header that must have this value."),
  })
  .describe("One cheap request that a login sends to learn whether the provider knows the credential.")
  .transform(({ refusedStatus, limitedStatus, ...others }) => ({ ...others, ...meanings(refusedStatus, limitedStatus) }));

interface Meanings {
  readonly refusedStatus: readonly number[];
  readonly limitedStatus: readonly number[];
}

/** What the one says is not assumed of the other. */
function meanings(refused: readonly number[] | undefined, limited: readonly number[] | undefined): Meanings {
  return {
    refusedStatus: refused ?? [401].filter((each) => limited?.includes(each) !== true),
    limitedStatus: limited ?? [403].filter((each) => refused?.includes(each) !== true),
  };
}

export type Verify = z.output<typeof verifySchema>;
