// /v1/providers: definitions a tenant adds to the bundled ones. The daemon lints them as its own; the hub keeps and hands them on.
// In: a caller in a workspace. Out: definitions. They can never widen the origins of a connection.
import { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import { randomText } from "../../../core/ids.ts";
import { notFound } from "../../http/hub-error.ts";
import { route, type RouteSpec } from "../../http/route.ts";
import { note } from "../../record/note.ts";
import { nextRev } from "../../storage/next-rev.ts";
import type { HubTransaction } from "../../storage/storage.ts";
import type { ProviderTable } from "../../storage/tables/vault.ts";

const id = z.string().regex(/^[a-z0-9-]{1,64}$/);
const definition = z.record(z.string(), z.unknown()).refine((value) => JSON.stringify(value).length <= 65_536, "at most 64 KiB");
const shown = z
  .object({ id: z.string(), definition: z.record(z.string(), z.unknown()), etag: z.string(), updated_at: z.number().int() })
  .openapi("Provider");
const params = z.strictObject({ provider_id: id });

function show(row: ProviderTable): z.infer<typeof shown> {
  return {
    id: row.provider_id,
    definition: JSON.parse(row.definition) as Record<string, unknown>,
    etag: row.etag,
    updated_at: Math.floor(row.updated_at_ms / 1_000),
  };
}

async function find(tx: HubTransaction, tenantId: string, providerId: string): Promise<ProviderTable | undefined> {
  return await tx.db
    .selectFrom("provider")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
}

const list = route({
  method: "get",
  path: "/v1/providers",
  summary: "the tenant's own definitions",
  access: { to: "workspace", scope: "connections:read" },
  status: 200,
  answer: z.object({ data: z.array(shown) }),
  act: async ({ tx, caller }) => {
    const rows = tx.db.selectFrom("provider").selectAll().where("tenant_id", "=", caller.tenantId).where("deleted_at_ms", "is", null);
    return { data: (await rows.orderBy("provider_id").execute()).map(show) };
  },
});

const put = route({
  method: "put",
  path: "/v1/providers/{provider_id}",
  summary: "put a definition; its id is that of the address",
  access: { to: "workspace", scope: "members:admin" },
  params,
  body: definition,
  status: 200,
  answer: shown,
  act: async (call) => {
    const { tx, caller, body, from, nowMs } = call;
    const { provider_id: providerId } = call.params;
    if (body["id"] !== providerId)
      throw new KeywardError("HUB_INVALID", "body.id: is not the id of the address", { detail: { path: "body.id" } });
    const there = await find(tx, caller.tenantId, providerId);
    if (there !== undefined && from.ifMatch !== null && from.ifMatch !== there.etag)
      throw new KeywardError("HUB_CONFLICT", "the definition was changed meanwhile");
    const change = {
      definition: JSON.stringify(body),
      rev: await nextRev(tx, caller.tenantId),
      etag: randomText(12),
      updated_at_ms: nowMs,
      deleted_at_ms: null,
    };
    const row: ProviderTable = { tenant_id: caller.tenantId, workspace_id: null, provider_id: providerId, ...change };
    if (there === undefined) await tx.db.insertInto("provider").values(row).execute();
    else
      await tx.db
        .updateTable("provider")
        .set(change)
        .where("tenant_id", "=", caller.tenantId)
        .where("provider_id", "=", providerId)
        .execute();
    await note(call, { action: "provider.put", subject: providerId });
    return show(row);
  },
});

const remove = route({
  method: "delete",
  path: "/v1/providers/{provider_id}",
  summary: "remove a definition",
  access: { to: "workspace", scope: "members:admin" },
  params,
  status: 204,
  act: async (call) => {
    const { tx, caller, nowMs } = call;
    const { provider_id: providerId } = call.params;
    const there = await find(tx, caller.tenantId, providerId);
    if (there === undefined || there.deleted_at_ms !== null) throw notFound("definition");
    const change = { deleted_at_ms: nowMs, rev: await nextRev(tx, caller.tenantId) };
    await tx.db
      .updateTable("provider")
      .set(change)
      .where("tenant_id", "=", caller.tenantId)
      .where("provider_id", "=", providerId)
      .execute();
    await note(call, { action: "provider.remove", subject: providerId });
  },
});

export const providerRoutes: readonly RouteSpec[] = [list, put, remove];
