// /v1/api_tokens: a workspace's tokens for machines.
// In: a caller with tokens:admin. Out: tokens as a list shows them; the token itself once, when it is made or rotated.
import { z } from "@hono/zod-openapi";
import { parseScopes, requireScope, type Standing, standIn } from "../../http/caller.ts";
import { invalidField, notFound } from "../../http/hub-error.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { actorOf, note } from "../../record/note.ts";
import type { ApiTokenTable } from "../../storage/tables/access.ts";
import { findApiToken, type IssuedApiToken, issueApiToken, revokeApiToken, rotateApiToken } from "../../tokens/api-tokens.ts";
import { expandScopes, type HubScope } from "../../tokens/scopes.ts";
import { KeywardError } from "../../../core/errors.ts";
import { findConnection } from "../../vault/connections.ts";
import { placeOf } from "../vault/secrets.ts";
import { type PageQuery, pageOf, pageQuery, startOf, toPage } from "../paging.ts";

const MAX_OVERLAP_S = 7 * 24 * 3_600;

const shown = z
  .object({
    id: z.string(),
    workspace_id: z.string(),
    kind: z.enum(["pat", "run"]),
    name: z.string(),
    prefix: z.string(),
    last4: z.string(),
    scopes: z.array(z.string()),
    connections: z.array(z.string()),
    created_by: z.string(),
    rotated_from: z.string().nullable(),
    created_at: z.number().int(),
    expires_at: z.number().int().nullable(),
    last_used_at: z.number().int().nullable(),
    revoked_at: z.number().int().nullable(),
  })
  .openapi("ApiToken");
const issued = shown.extend({ token: z.string() }).openapi("IssuedApiToken");

/** Unix seconds, to the end of the year 9999. */
const expiresAt = z.number().int().positive().max(253_402_300_799).nullable().optional();
const tokenName = z.string().trim().min(1).max(100);
const tokenParams = z.strictObject({ api_token_id: z.string().max(60) });
const newToken = z.strictObject({
  name: tokenName,
  kind: z.enum(["pat", "run"]).default("pat"),
  scopes: z.array(z.string().max(60)).max(20).default(["ingest:write"]),
  connections: z.array(z.string().max(60)).max(100).default([]),
  expires_at: expiresAt,
  /** `current`: cut from the token or login that asks. It never does more, never lives longer, and ends with it. */
  parent: z.literal("current").optional(),
});
const rotation = z.strictObject({
  name: tokenName.optional(),
  expires_at: expiresAt,
  overlap_seconds: z.number().int().min(0).max(MAX_OVERLAP_S).default(0),
});
const listQuery = pageQuery.extend({ include_revoked: z.enum(["true", "false"]).default("false") });

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1_000));

function show(row: ApiTokenTable, lastUsedAtMs: number | null): z.infer<typeof shown> {
  return {
    id: row.api_token_id,
    workspace_id: row.workspace_id,
    kind: row.kind as "pat" | "run",
    name: row.name,
    prefix: row.prefix,
    last4: row.last4,
    scopes: JSON.parse(row.scopes) as string[],
    connections: JSON.parse(row.connections) as string[],
    created_by: row.created_by,
    rotated_from: row.rotated_from,
    created_at: seconds(row.created_at_ms) ?? 0,
    expires_at: seconds(row.expires_at_ms),
    last_used_at: seconds(lastUsedAtMs),
    revoked_at: seconds(row.revoked_at_ms),
  };
}

const showIssued = ({ row, token }: IssuedApiToken): z.infer<typeof issued> => ({ ...show(row, null), token });

/** A token never gets more than whoever makes it has. @throws HUB_INVALID, HUB_FORBIDDEN */
function grantable(names: readonly string[], has: readonly HubScope[]): readonly HubScope[] {
  const scopes = expandScopes(names);
  if (scopes === null) throw invalidField("body.scopes", "one of them is not a scope of this hub");
  const beyond = scopes.find((scope) => !has.includes(scope) && !has.includes("admin"));
  if (beyond !== undefined) throw new KeywardError("HUB_FORBIDDEN", `a token cannot have ${beyond}, because you do not have it here`);
  return scopes;
}

function deadline(untilS: number | null | undefined, nowMs: number): number | null {
  if (untilS === undefined || untilS === null) return null;
  if (untilS * 1_000 <= nowMs) throw invalidField("body.expires_at", "is in the past; it counts seconds since 1970");
  return untilS * 1_000;
}

type AnyCall = Call<unknown, unknown, unknown>;

/** A machine's token may cut lesser ones from itself without administering anything; everything else takes tokens:admin. */
async function enter(call: AnyCall, isCut: boolean): Promise<Standing> {
  const standing = await standIn(call.tx, call.caller, call.from.workspace);
  if (!isCut || call.caller.kind !== "api_token") requireScope(standing, "tokens:admin");
  return standing;
}

/** The parent's own end; null: it has none. */
async function endOfCaller({ tx, caller }: AnyCall): Promise<number | null> {
  const [table, column] = caller.kind === "session" ? (["session", "session_id"] as const) : (["api_token", "api_token_id"] as const);
  const rows = tx.db.selectFrom(table).select("expires_at_ms").where("tenant_id", "=", caller.tenantId);
  return (await rows.where(column as "session_id", "=", caller.subjectId).executeTakeFirstOrThrow()).expires_at_ms;
}

/** The earlier of two ends. */
function sooner(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

async function mustFind(call: Call<unknown, unknown, z.infer<typeof tokenParams>>): Promise<ApiTokenTable> {
  const place = { tenantId: call.caller.tenantId, workspaceId: call.standing.workspaceId, apiTokenId: call.params.api_token_id };
  const row = await findApiToken(call.tx, place);
  if (row === null) throw notFound("token");
  return row;
}

/** What a run token is for: to fetch what its connections need, and to report. */
const RUN_SCOPES: readonly HubScope[] = ["sync:pull", "ingest:write"];

/** Ids of connections the caller may use. @throws HUB_INVALID for a run token without any, HUB_NOT_FOUND */
async function checkConnections(call: AnyCall, { kind, connections }: z.infer<typeof newToken>): Promise<readonly string[]> {
  if (kind === "pat" && connections.length > 0) throw invalidField("body.connections", "only a token of kind run has connections");
  if (kind === "run" && connections.length === 0) throw invalidField("body.connections", "a run token names its connections");
  for (const id of connections) await findConnection(call.tx, placeOf(call), id);
  return connections;
}

const access = { to: "workspace", scope: "tokens:admin" } as const;

const create = route({
  method: "post",
  path: "/v1/api_tokens",
  summary: "make a token, with parent=current one cut from the caller's own; the answer is the only one that shows it",
  access: { to: "caller" },
  body: newToken,
  status: 201,
  answer: issued,
  isCreate: true,
  act: async (call) => {
    const { tx, hub, caller, body, nowMs } = call;
    const standing = await enter(call, body.parent === "current");
    const placed = { ...call, standing };
    // What a machine's token makes ends with it, whether it says so or not.
    const isCut = body.parent === "current" || caller.userId === null;
    const asked = deadline(body.expires_at, nowMs);
    const token = await issueApiToken(tx, hub, {
      tenantId: caller.tenantId,
      workspaceId: standing.workspaceId,
      kind: body.kind,
      name: body.name,
      scopes: grantable(body.kind === "run" ? RUN_SCOPES : body.scopes, standing.scopes),
      connections: await checkConnections(placed, body),
      createdBy: actorOf(call),
      parentId: isCut ? caller.subjectId : null,
      rotatedFrom: null,
      expiresAtMs: isCut ? sooner(asked, await endOfCaller(call)) : asked,
    });
    await note(placed, { action: "api_token.create", subject: token.row.api_token_id });
    return showIssued(token);
  },
});

const list = route({
  method: "get",
  path: "/v1/api_tokens",
  summary: "the workspace's tokens, without their values",
  access,
  query: listQuery,
  status: 200,
  answer: pageOf(shown),
  act: async ({ tx, caller, standing, query }) => {
    let rows = tx.db
      .selectFrom("api_token")
      .leftJoin("last_use", "last_use.subject_id", "api_token.api_token_id")
      .selectAll("api_token")
      .select("last_use.used_at_ms")
      .where("tenant_id", "=", caller.tenantId)
      .where("workspace_id", "=", standing.workspaceId)
      .where("api_token_id", ">", startOf(query as PageQuery));
    if (query.include_revoked === "false") rows = rows.where("revoked_at_ms", "is", null);
    const found = await rows
      .orderBy("api_token_id")
      .limit(query.limit + 1)
      .execute();
    return toPage(found, query, { id: (row) => row.api_token_id, show: (row) => show(row, row.used_at_ms) });
  },
});

const rotate = route({
  method: "post",
  path: "/v1/api_tokens/{api_token_id}:rotate",
  summary: "replace a token, now or with an overlap",
  access,
  params: tokenParams,
  body: rotation,
  status: 201,
  answer: issued,
  isCreate: true,
  act: async (call) => {
    const { tx, hub, body, nowMs } = call;
    const row = await mustFind(call);
    // Who rotates is shown the token: it holds nothing that its maker could not have given.
    grantable(parseScopes(row.scopes), call.standing.scopes);
    const expiresAtMs = body.expires_at === undefined ? undefined : deadline(body.expires_at, nowMs);
    const terms = { name: body.name, expiresAtMs, overlapMs: body.overlap_seconds * 1_000, createdBy: actorOf(call) };
    const token = await rotateApiToken(tx, hub, { row, rotation: terms });
    await note(call, { action: "api_token.rotate", subject: row.api_token_id });
    return showIssued(token);
  },
});

const revoke = route({
  method: "delete",
  path: "/v1/api_tokens/{api_token_id}",
  summary: "end a token; the next request with it is refused",
  access,
  params: tokenParams,
  status: 204,
  act: async (call) => {
    const row = await mustFind(call);
    await revokeApiToken(call.tx, row, call.nowMs);
    await note(call, { action: "api_token.revoke", subject: row.api_token_id });
  },
});

export const apiTokenRoutes: readonly RouteSpec[] = [create, list, rotate, revoke];
