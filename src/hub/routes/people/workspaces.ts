// /v1/workspaces: the projects of a tenant. A person sees those it belongs to; an admin of the tenant sees all.
// In: a caller. Out: workspaces. Creating is idempotent on the slug; deleting keeps the rows for the audit and ends the workspace's tokens.
import { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import { randomText } from "../../../core/ids.ts";
import { isTenantAdmin, requireScope, type Standing, standIn } from "../../http/caller.ts";
import { notFound } from "../../http/hub-error.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { createWorkspace } from "../../people/create-workspace.ts";
import { findUser, joinWorkspace } from "../../people/people.ts";
import { note } from "../../record/note.ts";
import { nextRev } from "../../storage/next-rev.ts";
import type { WorkspaceTable } from "../../storage/tables/people.ts";
import { revokeApiToken } from "../../tokens/api-tokens.ts";
import { pageOf, pageQuery, startOf, toPage } from "../paging.ts";

const shown = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    role: z.string().nullable(),
    etag: z.string(),
    created_at: z.number().int(),
  })
  .openapi("Workspace");
const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "1 to 40 lower-case letters, digits and dashes");
const name = z.string().trim().min(1).max(100);
const params = z.strictObject({ workspace_id: z.string().max(60) });

function show(row: WorkspaceTable, role: string | null): z.infer<typeof shown> {
  return { id: row.workspace_id, slug: row.slug, name: row.name, role, etag: row.etag, created_at: Math.floor(row.created_at_ms / 1_000) };
}

const list = route({
  method: "get",
  path: "/v1/workspaces",
  summary: "the workspaces the caller may use",
  access: { to: "caller" },
  query: pageQuery,
  status: 200,
  answer: pageOf(shown),
  act: async ({ tx, caller, query }) => {
    const all = tx.db.selectFrom("workspace").leftJoin("membership", (join) =>
      join
        .onRef("membership.tenant_id", "=", "workspace.tenant_id")
        .onRef("membership.workspace_id", "=", "workspace.workspace_id")
        .on("membership.user_id", "=", caller.userId ?? ""),
    );
    let rows = all
      .selectAll("workspace")
      .select("membership.role")
      .where("workspace.tenant_id", "=", caller.tenantId)
      .where("deleted_at_ms", "is", null)
      .where("workspace.workspace_id", ">", startOf(query));
    if (caller.userId === null) rows = rows.where("workspace.workspace_id", "=", caller.workspaceId ?? "");
    else if (!(await isTenantAdmin(tx, caller))) rows = rows.where("membership.role", "is not", null);
    const found = await rows
      .orderBy("workspace.workspace_id")
      .limit(query.limit + 1)
      .execute();
    return toPage(found, query, { id: (row) => row.workspace_id, show: (row) => show(row, row.role) });
  },
});

const create = route({
  method: "post",
  path: "/v1/workspaces",
  summary: "make a workspace and own it; a slug that is there already gives that workspace",
  access: { to: "tenant_admin" },
  body: z.strictObject({ slug, name: name.optional() }),
  status: 201,
  answer: shown,
  isCreate: true,
  act: async (call) => {
    const { tx, caller, body, nowMs } = call;
    const rows = tx.db.selectFrom("workspace").selectAll().where("tenant_id", "=", caller.tenantId).where("slug", "=", body.slug);
    const there = await rows.where("deleted_at_ms", "is", null).executeTakeFirst();
    if (there !== undefined) return show(there, (await standIn(tx, caller, there.workspace_id)).role);
    const made = await createWorkspace(tx, { tenantId: caller.tenantId, slug: body.slug, name: body.name ?? body.slug, nowMs });
    const user = await findUser(tx, "user_id", caller.userId ?? "");
    if (user === null) throw notFound("person");
    await joinWorkspace(tx, { tenantId: caller.tenantId, user, nowMs }, { workspaceId: made.workspace_id, role: "owner" });
    await note(call, { action: "workspace.create", subject: made.workspace_id });
    return show(made, "owner");
  },
});

/** The row, after the caller was found to administer it. @throws HUB_FORBIDDEN, also for one that is not there */
async function administered(call: Call<unknown, unknown, z.infer<typeof params>>): Promise<{ row: WorkspaceTable; standing: Standing }> {
  const { tx, caller } = call;
  const standing = await standIn(tx, caller, call.params.workspace_id);
  requireScope(standing, "members:admin");
  const rows = tx.db.selectFrom("workspace").selectAll().where("tenant_id", "=", caller.tenantId);
  return { row: await rows.where("workspace_id", "=", standing.workspaceId).executeTakeFirstOrThrow(), standing };
}

const change = route({
  method: "patch",
  path: "/v1/workspaces/{workspace_id}",
  summary: "rename a workspace; If-Match guards against a change made meanwhile",
  access: { to: "caller" },
  params,
  body: z.strictObject({ name: name.optional(), slug: slug.optional() }),
  status: 200,
  answer: shown,
  act: async (call) => {
    const { tx, caller, body, from } = call;
    const { row, standing } = await administered(call);
    if (from.ifMatch !== null && from.ifMatch !== row.etag) {
      throw new KeywardError("HUB_CONFLICT", "the workspace was changed meanwhile", { hint: "read it again" });
    }
    const taken = tx.db
      .selectFrom("workspace")
      .select("workspace_id")
      .where("tenant_id", "=", caller.tenantId)
      .where("slug", "=", body.slug ?? "");
    const other = await taken.executeTakeFirst();
    if (other !== undefined && other.workspace_id !== row.workspace_id)
      throw new KeywardError("HUB_CONFLICT", `the slug ${body.slug} is taken`);
    const next = { ...row, name: body.name ?? row.name, slug: body.slug ?? row.slug, etag: randomText(12) };
    const update = tx.db.updateTable("workspace").set({ name: next.name, slug: next.slug, etag: next.etag });
    await update.where("tenant_id", "=", caller.tenantId).where("workspace_id", "=", row.workspace_id).execute();
    await note({ ...call, standing }, { action: "workspace.change", subject: row.workspace_id });
    return show(next, standing.role);
  },
});

const remove = route({
  method: "delete",
  path: "/v1/workspaces/{workspace_id}",
  summary: "delete a workspace and end its tokens",
  access: { to: "caller" },
  params,
  status: 204,
  act: async (call) => {
    const { tx, caller, nowMs } = call;
    const { row, standing } = await administered(call);
    if (standing.role !== "owner" && !(await isTenantAdmin(tx, caller)))
      throw new KeywardError("HUB_FORBIDDEN", "only an owner deletes a workspace");
    const place = { tenant_id: caller.tenantId, workspace_id: row.workspace_id };
    const tokens = tx.db
      .selectFrom("api_token")
      .selectAll()
      .where("tenant_id", "=", place.tenant_id)
      .where("workspace_id", "=", place.workspace_id);
    for (const token of await tokens.where("revoked_at_ms", "is", null).execute()) await revokeApiToken(tx, token, nowMs);
    const update = tx.db.updateTable("workspace").set({ deleted_at_ms: nowMs, slug: `${row.slug}~${row.workspace_id}` });
    await update.where("tenant_id", "=", place.tenant_id).where("workspace_id", "=", place.workspace_id).execute();
    await nextRev(tx, caller.tenantId);
    await note({ ...call, standing }, { action: "workspace.delete", subject: row.workspace_id });
  },
});

export const workspaceRoutes: readonly RouteSpec[] = [list, create, change, remove];
