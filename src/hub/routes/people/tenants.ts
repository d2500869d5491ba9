// /v1/tenants: the organisations a person is in, and what an admin sets for one of them.
// In: a caller. Out: tenants. Someone without a role there gets the tenant of the token alone, not an error.
import { z } from "@hono/zod-openapi";
import { note } from "../../record/note.ts";
import { route, type RouteSpec } from "../../http/route.ts";
import { nextRev } from "../../storage/next-rev.ts";
import type { HubTransaction } from "../../storage/storage.ts";

const shown = z
  .object({
    id: z.string(),
    name: z.string(),
    is_current: z.boolean(),
    role: z.string().nullable(),
    device_login: z.boolean(),
    max_offline_seconds: z.number().int(),
  })
  .openapi("Tenant");
type Shown = z.infer<typeof shown>;

interface Seen {
  readonly tenantId: string;
  readonly role: string | null;
  readonly isCurrent: boolean;
}

async function show(tx: HubTransaction, { tenantId, role, isCurrent }: Seen): Promise<Shown> {
  await tx.narrow({ tenantId });
  const row = await tx.db.selectFrom("tenant").selectAll().where("tenant_id", "=", tenantId).executeTakeFirstOrThrow();
  return {
    id: row.tenant_id,
    name: row.name,
    is_current: isCurrent,
    role,
    device_login: row.device_login === 1,
    max_offline_seconds: Math.floor(row.max_offline_ms / 1_000),
  };
}

const list = route({
  method: "get",
  path: "/v1/tenants",
  summary: "the tenants the caller is in",
  access: { to: "caller" },
  status: 200,
  answer: z.object({ data: z.array(shown) }),
  act: async ({ tx, caller }) => {
    const rows = tx.db
      .selectFrom("tenant_member")
      .select(["tenant_id", "role"])
      .where("user_id", "=", caller.userId ?? "");
    const places = await rows.orderBy("tenant_id").execute();
    const seen = places.length === 0 ? [{ tenant_id: caller.tenantId, role: null }] : places;
    const data: Shown[] = [];
    for (const { tenant_id: tenantId, role } of seen)
      data.push(await show(tx, { tenantId, role, isCurrent: tenantId === caller.tenantId }));
    return { data };
  },
});

const change = route({
  method: "patch",
  path: "/v1/tenants/current",
  summary: "name the tenant, allow or forbid device logins, set how long daemons may work without the hub",
  access: { to: "tenant_admin" },
  body: z.strictObject({
    name: z.string().trim().min(1).max(100).optional(),
    device_login: z.boolean().optional(),
    max_offline_seconds: z
      .number()
      .int()
      .min(0)
      .max(30 * 24 * 3_600)
      .optional(),
  }),
  status: 200,
  answer: shown,
  act: async (call) => {
    const { tx, caller, body } = call;
    const changes = {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.device_login === undefined ? {} : { device_login: Number(body.device_login) }),
      ...(body.max_offline_seconds === undefined ? {} : { max_offline_ms: body.max_offline_seconds * 1_000 }),
    };
    if (Object.keys(changes).length > 0) await tx.db.updateTable("tenant").set(changes).where("tenant_id", "=", caller.tenantId).execute();
    await nextRev(tx, caller.tenantId);
    await note(call, { action: "tenant.change", subject: caller.tenantId });
    return await show(tx, { tenantId: caller.tenantId, role: "tenant_admin", isCurrent: true });
  },
});

export const tenantRoutes: readonly RouteSpec[] = [list, change];
