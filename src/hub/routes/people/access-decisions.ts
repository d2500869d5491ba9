// /v1/access_decisions: why something is allowed or not, decided by the same functions that decide it in earnest.
// In: a scope and a workspace. Out: yes or no with the reason. It explains the caller's own standing, nobody else's.
import { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import { standIn } from "../../http/caller.ts";
import { invalidField } from "../../http/hub-error.ts";
import { route, type RouteSpec } from "../../http/route.ts";
import { isScope, ROLE_SCOPES } from "../../tokens/scopes.ts";

const answer = z.object({
  allowed: z.boolean(),
  /** no_workspace · role · scopes · granted. */
  because: z.enum(["no_workspace", "role", "scopes", "granted"]),
  message: z.string(),
  role: z.string().nullable(),
  scopes: z.array(z.string()),
});

const decide = route({
  method: "post",
  path: "/v1/access_decisions",
  summary: "may the caller do this, and why",
  access: { to: "caller" },
  body: z.strictObject({ scope: z.string().max(60), workspace: z.string().max(60).optional() }),
  status: 200,
  answer,
  act: async ({ tx, caller, body, from }): Promise<z.infer<typeof answer>> => {
    const { scope } = body;
    if (!isScope(scope)) throw invalidField("body.scope", "not a scope of this hub");
    try {
      const standing = await standIn(tx, caller, body.workspace ?? from.workspace);
      const { role, scopes } = standing;
      const common = { role, scopes: [...scopes] };
      if (scopes.includes(scope) || scopes.includes("admin"))
        return { allowed: true, because: "granted", message: `${scope} is granted`, ...common };
      if (role !== null && !ROLE_SCOPES[role].includes(scope))
        return { allowed: false, because: "role", message: `${role}s do not have ${scope}`, ...common };
      return { allowed: false, because: "scopes", message: `this login or token was not given ${scope}`, ...common };
    } catch (error) {
      if (!(error instanceof KeywardError)) throw error;
      return { allowed: false, because: "no_workspace", message: error.message, role: null, scopes: [] };
    }
  },
});

export const accessDecisionRoutes: readonly RouteSpec[] = [decide];
