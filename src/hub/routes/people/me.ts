// /v1/me: who the hub takes the caller for, and what it may do. A call that succeeds proves the token and the workspace.
// In: any valid token. Out: names, role and scopes.
import { z } from "@hono/zod-openapi";
import { isTenantAdmin, standIn } from "../../http/caller.ts";
import { route, type RouteSpec } from "../../http/route.ts";
import { findUser } from "../../people/people.ts";

const answer = z
  .object({
    kind: z.enum(["session", "api_token", "run_token", "device"]),
    id: z.string(),
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
    tenant: z.object({ id: z.string(), name: z.string() }),
    workspace: z.object({ id: z.string(), slug: z.string(), name: z.string(), role: z.string().nullable() }).nullable(),
    is_tenant_admin: z.boolean(),
    scopes: z.array(z.string()),
  })
  .openapi("Me");

const headers = z.strictObject({ workspace: z.string().max(60).optional() });

const me = route({
  method: "get",
  path: "/v1/me",
  summary: "who the caller is",
  access: { to: "caller" },
  query: headers,
  status: 200,
  answer,
  act: async ({ tx, caller, query, from }): Promise<z.infer<typeof answer>> => {
    const isAdmin = await isTenantAdmin(tx, caller);
    const tenant = await tx.db
      .selectFrom("tenant")
      .select(["tenant_id", "name"])
      .where("tenant_id", "=", caller.tenantId)
      .executeTakeFirstOrThrow();
    const named = query.workspace ?? from.workspace ?? caller.workspaceId ?? undefined;
    const standing = named === undefined ? null : await standIn(tx, caller, named);
    const places = tx.db.selectFrom("workspace").select(["workspace_id", "slug", "name"]).where("tenant_id", "=", caller.tenantId);
    const workspace = standing === null ? undefined : await places.where("workspace_id", "=", standing.workspaceId).executeTakeFirst();
    const user = caller.userId === null ? null : await findUser(tx, "user_id", caller.userId);
    return {
      kind: caller.kind,
      id: caller.subjectId,
      user: user === null ? null : { id: user.user_id, email: user.email, name: user.name },
      tenant: { id: tenant.tenant_id, name: tenant.name },
      workspace:
        workspace === undefined
          ? null
          : { id: workspace.workspace_id, slug: workspace.slug, name: workspace.name, role: standing?.role ?? null },
      is_tenant_admin: isAdmin,
      scopes: [...(standing?.scopes ?? caller.scopes)],
    };
  },
});

export const meRoutes: readonly RouteSpec[] = [me];
