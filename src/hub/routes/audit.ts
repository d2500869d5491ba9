// /v1/audit: the hub's own audit of a tenant, and whether its chain holds.
// In: a caller with audit:read. Out: events in order; for a member of one workspace only those of that workspace.
import { z } from "@hono/zod-openapi";
import { route, type RouteSpec } from "../http/route.ts";
import { verifyChain } from "../record/verify-chain.ts";

const event = z
  .object({
    seq: z.number().int(),
    id: z.string(),
    at: z.number().int(),
    workspace_id: z.string().nullable(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .openapi("AuditEvent");

const list = route({
  method: "get",
  path: "/v1/audit",
  summary: "events after `after`, oldest first",
  access: { to: "workspace", scope: "audit:read" },
  query: z.strictObject({ after: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(500).default(100) }),
  status: 200,
  answer: z.object({ data: z.array(event), has_more: z.boolean() }),
  act: async ({ tx, caller, standing, query }) => {
    const rows = tx.db.selectFrom("audit_event").selectAll().where("tenant_id", "=", caller.tenantId).where("seq", ">", query.after);
    const own = rows.where(({ eb, or }) => or([eb("workspace_id", "=", standing.workspaceId), eb("workspace_id", "is", null)]));
    const found = await own
      .orderBy("seq")
      .limit(query.limit + 1)
      .execute();
    const data = found.slice(0, query.limit).map((row) => ({
      seq: row.seq,
      id: row.event_id,
      at: Math.floor(row.at_ms / 1_000),
      workspace_id: row.workspace_id,
      actor: row.actor,
      action: row.action,
      subject: row.subject,
      detail: JSON.parse(row.detail) as Record<string, unknown>,
      hash: row.hash,
    }));
    return { data, has_more: found.length > query.limit };
  },
});

const verify = route({
  method: "get",
  path: "/v1/audit/verify",
  summary: "walk the tenant's chain; names the first event that does not fit",
  access: { to: "tenant_admin" },
  status: 200,
  answer: z.object({
    is_intact: z.boolean(),
    events: z.number().int(),
    /** Before those, removed by age (`hub serve --keep-audit-days`). */
    pruned: z.number().int(),
    first_broken_seq: z.number().int().nullable(),
  }),
  act: async ({ tx, caller }) => {
    const { isIntact, events, pruned, firstBrokenSeq } = await verifyChain(tx, caller.tenantId);
    return { is_intact: isIntact, events, pruned, first_broken_seq: firstBrokenSeq };
  },
});

export const auditRoutes: readonly RouteSpec[] = [list, verify];
