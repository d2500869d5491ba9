// /v1/secrets/validate_token: does a provider know this key? Nothing is stored, and the audit says that it was asked, not what with.
// In: a caller who may write secrets, a bundled provider and a key. Out: a verdict. The request leaves after the transaction has ended.
import { z } from "@hono/zod-openapi";
import { invalidField } from "../../http/hub-error.ts";
import { route, type RouteSpec } from "../../http/route.ts";
import type { HubParts } from "../../hub-parts.ts";
import { note } from "../../record/note.ts";

const answer = z.object({
  outcome: z.enum(["known", "limited", "refused", "unknown", "unsupported"]),
  /** What the provider answered; null: it was not reached or not asked. */
  status: z.number().int().nullable(),
  reason: z.string().nullable(),
});

interface Asked {
  readonly hub: HubParts;
  readonly provider: string;
  readonly token: string;
}

const validate = route({
  method: "post",
  path: "/v1/secrets/validate_token",
  summary: "ask a provider whether it knows a key, without storing it",
  access: { to: "workspace", scope: "secrets:write" },
  body: z.strictObject({ provider: z.string().regex(/^[a-z0-9-]{1,64}$/), token: z.string().regex(/^[\x21-\x7e]{1,8192}$/) }),
  status: 200,
  answer,
  act: async (call): Promise<Asked> => {
    const { hub, body } = call;
    await note(call, { action: "secret.validate", subject: body.provider });
    return { hub, ...body };
  },
  afterwards: async (asked, signal) => {
    const { hub, provider, token } = asked as Asked;
    const probed = await hub.probe(provider, token, signal);
    if (probed === null) throw invalidField("body.provider", "is not a provider that comes with keyward");
    return probed;
  },
});

export const validateTokenRoutes: readonly RouteSpec[] = [validate];
