// /v1/sessions: where a person is logged in, and the end of any of it.
// In: a session. Out: that person's sessions. An admin of the tenant ends those of others through their membership, not here.
import { z } from "@hono/zod-openapi";
import { requirePerson } from "../../http/caller.ts";
import { notFound } from "../../http/hub-error.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { note } from "../../record/note.ts";
import { endSession } from "../../tokens/sessions.ts";
import { pageOf, pageQuery, startOf, toPage } from "../paging.ts";

const shown = z
  .object({
    id: z.string(),
    is_current: z.boolean(),
    label: z.string(),
    ip: z.string(),
    user_agent: z.string(),
    scopes: z.array(z.string()),
    workspace_id: z.string().nullable(),
    created_at: z.number().int(),
    expires_at: z.number().int(),
    last_used_at: z.number().int().nullable(),
  })
  .openapi("Session");

const personOf = ({ caller }: Pick<Call<unknown, unknown, unknown>, "caller">): string => requirePerson(caller, "a person has sessions");

const list = route({
  method: "get",
  path: "/v1/sessions",
  summary: "where the caller is logged in",
  access: { to: "caller" },
  query: pageQuery,
  status: 200,
  answer: pageOf(shown),
  act: async (call) => {
    const { tx, caller, query, nowMs } = call;
    const rows = tx.db.selectFrom("session").leftJoin("last_use", "last_use.subject_id", "session.session_id").selectAll("session");
    const found = await rows
      .select("last_use.used_at_ms")
      .where("tenant_id", "=", caller.tenantId)
      .where("user_id", "=", personOf(call))
      .where("revoked_at_ms", "is", null)
      .where("expires_at_ms", ">", nowMs)
      .where("session_id", ">", startOf(query))
      .orderBy("session_id")
      .limit(query.limit + 1)
      .execute();
    return toPage(found, query, {
      id: (row) => row.session_id,
      show: (row): z.infer<typeof shown> => ({
        id: row.session_id,
        is_current: row.session_id === caller.subjectId,
        label: row.label,
        ip: row.ip,
        user_agent: row.user_agent,
        scopes: JSON.parse(row.scopes) as string[],
        workspace_id: row.workspace_id,
        created_at: Math.floor(row.created_at_ms / 1_000),
        expires_at: Math.floor(row.expires_at_ms / 1_000),
        last_used_at: row.used_at_ms === null ? null : Math.floor(row.used_at_ms / 1_000),
      }),
    });
  },
});

const end = route({
  method: "delete",
  path: "/v1/sessions/{session_id}",
  summary: "log out; `current` is the session that asks",
  access: { to: "caller" },
  params: z.strictObject({ session_id: z.string().max(60) }),
  status: 204,
  act: async (call) => {
    const { tx, caller, params, nowMs } = call;
    const sessionId = params.session_id === "current" ? caller.subjectId : params.session_id;
    const rows = tx.db.selectFrom("session").selectAll().where("tenant_id", "=", caller.tenantId).where("user_id", "=", personOf(call));
    const session = await rows.where("session_id", "=", sessionId).where("revoked_at_ms", "is", null).executeTakeFirst();
    if (session === undefined) throw notFound("session");
    await note(call, { action: "session.end", subject: sessionId });
    await endSession(tx, session, nowMs);
  },
});

export const sessionRoutes: readonly RouteSpec[] = [list, end];
