// /v1/connections: what a team's daemons connect with. No value anywhere: a connection names a secret.
// In: a caller in a workspace. Out: connections.
import { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import type { HubConnection } from "../../../core/shapes/hub-connection.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { note } from "../../record/note.ts";
import type { ConnectionTable } from "../../storage/tables/vault.ts";
import { addConnection, changeConnection, findConnection, listConnections, removeConnection } from "../../vault/connections.ts";
import { pageOf, pageQuery, startOf, toPage } from "../paging.ts";
import { placeOf } from "./secrets.ts";

const scope = z.enum(["user", "workspace", "tenant"]);
const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/, "lower-case letters, digits, _ and -");
const origin = z.string().max(300).refine(isOrigin, "an https origin such as https://api.example.com");
const shown = z
  .object({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    kind: z.string(),
    label: z.string(),
    scope,
    secret_id: z.string().nullable(),
    origins: z.array(z.string()),
    etag: z.string(),
    created_at: z.number().int(),
    updated_at: z.number().int(),
  })
  .openapi("Connection");
const params = z.strictObject({ connection_id: z.string().max(60) });

/** Nothing but scheme, host and port; a credential never goes out over plain http. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === "https:" && url.origin === text && /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/.test(url.hostname);
}

function show(row: ConnectionTable): z.infer<typeof shown> & HubConnection {
  return {
    id: row.connection_id,
    provider: row.provider,
    name: row.name,
    kind: row.kind,
    label: row.label,
    scope: row.scope as z.infer<typeof scope>,
    secret_id: row.secret_id,
    origins: JSON.parse(row.origins) as string[],
    etag: row.etag,
    created_at: Math.floor(row.created_at_ms / 1_000),
    updated_at: Math.floor(row.updated_at_ms / 1_000),
  };
}

type AnyCall = Call<unknown, unknown, unknown>;
const making = (call: AnyCall) => ({ tx: call.tx, place: placeOf(call), nowMs: call.nowMs });

function requireRank(call: AnyCall, wanted: string): void {
  if (wanted === "tenant" && !call.standing.scopes.includes("members:admin")) {
    throw new KeywardError("HUB_FORBIDDEN", "a connection of the whole tenant takes the role admin", { hint: "use --scope=workspace" });
  }
  if (wanted === "user" && call.caller.userId === null)
    throw new KeywardError("HUB_FORBIDDEN", "an API token has no connections of its own");
}

const list = route({
  method: "get",
  path: "/v1/connections",
  summary: "connections the caller may use",
  access: { to: "workspace", scope: "connections:read" },
  query: pageQuery,
  status: 200,
  answer: pageOf(shown),
  act: async (call) => {
    const rows = await listConnections(call.tx, placeOf(call), { afterId: startOf(call.query), limit: call.query.limit + 1 });
    return toPage(rows, call.query, { id: (row) => row.connection_id, show });
  },
});

const add = route({
  method: "post",
  path: "/v1/connections",
  summary: "add a connection with a secret that is there",
  access: { to: "workspace", scope: "connections:write" },
  body: z.strictObject({
    provider: slug,
    name: slug.default("default"),
    kind: slug.default("api_key"),
    label: z.string().max(100).default(""),
    scope: scope.default("workspace"),
    secret: z.string().max(100).nullable(),
    origins: z.array(origin).min(1).max(20),
  }),
  status: 201,
  answer: shown,
  isCreate: true,
  act: async (call) => {
    requireRank(call, call.body.scope);
    const row = await addConnection(making(call), call.body);
    await note(call, { action: "connection.add", subject: row.connection_id });
    return show(row);
  },
});

const get = route({
  method: "get",
  path: "/v1/connections/{connection_id}",
  summary: "one connection",
  access: { to: "workspace", scope: "connections:read" },
  params,
  status: 200,
  answer: shown,
  act: async (call) => show(await findConnection(call.tx, placeOf(call), call.params.connection_id)),
});

const change = route({
  method: "patch",
  path: "/v1/connections/{connection_id}",
  summary: "another label or another secret; If-Match guards against a change made meanwhile",
  access: { to: "workspace", scope: "connections:write" },
  params,
  body: z.strictObject({ label: z.string().max(100).optional(), secret: z.string().max(100).optional() }),
  status: 200,
  answer: shown,
  act: async (call) => {
    const row = await findConnection(call.tx, placeOf(call), call.params.connection_id);
    requireRank(call, row.scope);
    const next = await changeConnection(making(call), row, { ...call.body, ifMatch: call.from.ifMatch });
    await note(call, { action: "connection.change", subject: row.connection_id });
    return show(next);
  },
});

const remove = route({
  method: "delete",
  path: "/v1/connections/{connection_id}",
  summary: "remove a connection; its secret stays",
  access: { to: "workspace", scope: "connections:write" },
  params,
  status: 204,
  act: async (call) => {
    const row = await findConnection(call.tx, placeOf(call), call.params.connection_id);
    requireRank(call, row.scope);
    await removeConnection(making(call), row);
    await note(call, { action: "connection.remove", subject: row.connection_id });
  },
});

export const connectionRoutes: readonly RouteSpec[] = [list, add, get, change, remove];
