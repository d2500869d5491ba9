// /v1/workspaces/{id}/members and /v1/invites: who belongs to a workspace and as what.
// In: a caller with members:admin. Out: members. The last owner can neither leave nor lose the role.
import { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import { requireScope, standIn, type Standing } from "../../http/caller.ts";
import { notFound } from "../../http/hub-error.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { createInvite } from "../../people/invites.ts";
import { joinWorkspace, normalEmail } from "../../people/people.ts";
import { note } from "../../record/note.ts";
import { nextRev } from "../../storage/next-rev.ts";
import type { MembershipTable } from "../../storage/tables/people.ts";
import type { HubScope, Role } from "../../tokens/scopes.ts";
import { pageOf, pageQuery, startOf, toPage } from "../paging.ts";

const INVITE_MS = 7 * 24 * 3_600_000;

const role = z.enum(["owner", "admin", "member", "viewer"]);
const shown = z.object({ user_id: z.string(), email: z.string(), name: z.string(), role, created_at: z.number().int() }).openapi("Member");
const place = z.strictObject({ workspace_id: z.string().max(60) });
const member = place.extend({ user_id: z.string().max(60) });
const path = "/v1/workspaces/{workspace_id}/members";

function show(row: MembershipTable): z.infer<typeof shown> {
  return {
    user_id: row.user_id,
    email: row.email,
    name: row.name,
    role: row.role as Role,
    created_at: Math.floor(row.created_at_ms / 1_000),
  };
}

type InPlace = Call<unknown, unknown, { readonly workspace_id: string }>;

async function enter(call: InPlace, scope: HubScope): Promise<Standing> {
  const standing = await standIn(call.tx, call.caller, call.params.workspace_id);
  requireScope(standing, scope);
  return standing;
}

/** Only an owner makes or unmakes an owner. */
function requireRank(standing: Standing, touched: string): void {
  if (touched === "owner" && standing.role !== "owner")
    throw new KeywardError("HUB_FORBIDDEN", "only an owner gives or takes the role owner");
}

const list = route({
  method: "get",
  path,
  summary: "the members of a workspace",
  access: { to: "caller" },
  params: place,
  query: pageQuery,
  status: 200,
  answer: pageOf(shown),
  act: async (call) => {
    const { tx, caller, query } = call;
    const { workspaceId } = await enter(call, "connections:read");
    const rows = tx.db
      .selectFrom("membership")
      .selectAll()
      .where("tenant_id", "=", caller.tenantId)
      .where("workspace_id", "=", workspaceId);
    const found = await rows
      .where("user_id", ">", startOf(query))
      .orderBy("user_id")
      .limit(query.limit + 1)
      .execute();
    return toPage(found, query, { id: (row) => row.user_id, show });
  },
});

const add = route({
  method: "post",
  path,
  summary: "add a person of the tenant, or get an invitation for one who is not in it yet",
  access: { to: "caller" },
  params: place,
  body: z.strictObject({ email: z.email().max(200), role: role.default("member") }),
  status: 201,
  answer: z.object({ member: z.union([shown, z.null()]), invitation: z.string().nullable() }),
  isCreate: true,
  act: async (call) => {
    const { tx, hub, caller, body, nowMs } = call;
    const standing = await enter(call, "members:admin");
    requireRank(standing, body.role);
    const email = normalEmail(body.email);
    const people = tx.db.selectFrom("tenant_member").selectAll().where("tenant_id", "=", caller.tenantId);
    const person = await people.where("email", "=", email).executeTakeFirst();
    if (person === undefined) {
      const createdBy = caller.userId ?? caller.subjectId;
      const invite = {
        tenantId: caller.tenantId,
        workspaceId: standing.workspaceId,
        email,
        role: body.role,
        isTenantAdmin: false,
        createdBy,
      };
      const token = await createInvite(tx, hub, { ...invite, lifeMs: INVITE_MS });
      await note({ ...call, standing }, { action: "member.invite", subject: standing.workspaceId, detail: { role: body.role } });
      return { member: null, invitation: `${hub.publicUrl}/join#${token}` };
    }
    const known = await findMember(call, { workspaceId: standing.workspaceId, userId: person.user_id });
    if (known !== null) throw new KeywardError("HUB_CONFLICT", "this person is a member already", { hint: "change the role with PATCH" });
    await joinWorkspace(tx, { tenantId: caller.tenantId, user: person, nowMs }, { workspaceId: standing.workspaceId, role: body.role });
    await note({ ...call, standing }, { action: "member.add", subject: person.user_id, detail: { role: body.role } });
    const row = await findMember(call, { workspaceId: standing.workspaceId, userId: person.user_id });
    return { member: row === null ? null : show(row), invitation: null };
  },
});

interface Seat {
  readonly workspaceId: string;
  readonly userId: string;
}

async function findMember({ tx, caller }: Pick<InPlace, "tx" | "caller">, { workspaceId, userId }: Seat): Promise<MembershipTable | null> {
  const rows = tx.db.selectFrom("membership").selectAll().where("tenant_id", "=", caller.tenantId).where("workspace_id", "=", workspaceId);
  return (await rows.where("user_id", "=", userId).executeTakeFirst()) ?? null;
}

/** @throws HUB_CONFLICT when `row` is the only owner */
async function requireAnotherOwner({ tx, caller }: Pick<InPlace, "tx" | "caller">, row: MembershipTable): Promise<void> {
  if (row.role !== "owner") return;
  const owners = tx.db
    .selectFrom("membership")
    .select("user_id")
    .where("tenant_id", "=", caller.tenantId)
    .where("workspace_id", "=", row.workspace_id);
  if ((await owners.where("role", "=", "owner").limit(2).execute()).length < 2) {
    throw new KeywardError("HUB_CONFLICT", "a workspace keeps at least one owner", { hint: "make someone else an owner first" });
  }
}

const change = route({
  method: "patch",
  path: `${path}/{user_id}`,
  summary: "change a member's role",
  access: { to: "caller" },
  params: member,
  body: z.strictObject({ role }),
  status: 200,
  answer: shown,
  act: async (call) => {
    const { tx, caller, body } = call;
    const standing = await enter(call, "members:admin");
    const row = await findMember(call, { workspaceId: standing.workspaceId, userId: call.params.user_id });
    if (row === null) throw notFound("member");
    for (const touched of [row.role, body.role]) requireRank(standing, touched);
    if (body.role !== "owner") await requireAnotherOwner(call, row);
    const update = tx.db.updateTable("membership").set({ role: body.role }).where("tenant_id", "=", caller.tenantId);
    await update.where("workspace_id", "=", row.workspace_id).where("user_id", "=", row.user_id).execute();
    await nextRev(tx, caller.tenantId);
    await note({ ...call, standing }, { action: "member.change", subject: row.user_id, detail: { from: row.role, to: body.role } });
    return show({ ...row, role: body.role });
  },
});

const remove = route({
  method: "delete",
  path: `${path}/{user_id}`,
  summary: "remove a member; everyone may remove themselves",
  access: { to: "caller" },
  params: member,
  status: 204,
  act: async (call) => {
    const { tx, caller } = call;
    const isSelf = caller.kind === "session" && call.params.user_id === caller.userId;
    const standing = isSelf ? await standIn(tx, caller, call.params.workspace_id) : await enter(call, "members:admin");
    const row = await findMember(call, { workspaceId: standing.workspaceId, userId: call.params.user_id });
    if (row === null) throw notFound("member");
    if (!isSelf) requireRank(standing, row.role);
    await requireAnotherOwner(call, row);
    const gone = tx.db.deleteFrom("membership").where("tenant_id", "=", caller.tenantId).where("workspace_id", "=", row.workspace_id);
    await gone.where("user_id", "=", row.user_id).execute();
    // Waiting daemons ask again, and those of this person are refused.
    await nextRev(tx, caller.tenantId);
    await note({ ...call, standing }, { action: "member.remove", subject: row.user_id });
  },
});

export const memberRoutes: readonly RouteSpec[] = [list, add, change, remove];
