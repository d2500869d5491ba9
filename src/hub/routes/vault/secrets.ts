// /v1/secrets: names and versions for those who may see them; a value only from :access, and only after its audit line.
// In: a caller in a workspace. Out: metadata. No answer but that of :access holds a value.
import { z } from "@hono/zod-openapi";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { actorOf, note } from "../../record/note.ts";
import type { SecretTable, SecretVersionTable } from "../../storage/tables/vault.ts";
import {
  deleteSecret,
  findSecret,
  listSecrets,
  openSecret,
  type Place,
  putSecret,
  setVersionState,
  undeleteSecret,
  type Vault,
  versionsOf,
} from "../../vault/secrets.ts";
import { pageOf, pageQuery, startOf, toPage } from "../paging.ts";
import { KeywardError } from "../../../core/errors.ts";

const MAX_VALUE_BYTES = 64 * 1_024;

const scope = z.enum(["user", "workspace", "tenant"]);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,99}$/, "1 to 100 letters, digits, _ . -, starting with a letter");
const value = z.string().min(1).max(MAX_VALUE_BYTES);
const shown = z
  .object({
    id: z.string(),
    name: z.string(),
    scope,
    current_version: z.number().int(),
    etag: z.string(),
    created_at: z.number().int(),
    updated_at: z.number().int(),
    deleted_at: z.number().int().nullable(),
    purge_at: z.number().int().nullable(),
  })
  .openapi("Secret");
const version = z
  .object({
    version: z.number().int(),
    state: z.enum(["enabled", "disabled", "destroyed"]),
    created_by: z.string(),
    created_at: z.number().int(),
  })
  .openapi("SecretVersion");
const params = z.strictObject({ secret_id: z.string().max(100) });
const versionParams = params.extend({ version: z.coerce.number().int().positive() });

const seconds = (ms: number): number => Math.floor(ms / 1_000);

function show(row: SecretTable): z.infer<typeof shown> {
  return {
    id: row.secret_id,
    name: row.name,
    scope: row.scope as z.infer<typeof scope>,
    current_version: row.current_version,
    etag: row.etag,
    created_at: seconds(row.created_at_ms),
    updated_at: seconds(row.updated_at_ms),
    deleted_at: row.deleted_at_ms === null ? null : seconds(row.deleted_at_ms),
    purge_at: row.purge_at_ms === null ? null : seconds(row.purge_at_ms),
  };
}

type AnyCall = Call<unknown, unknown, unknown>;
export const placeOf = ({ caller, standing }: Pick<AnyCall, "caller" | "standing">): Place => ({
  tenantId: caller.tenantId,
  workspaceId: standing.workspaceId,
  userId: caller.userId,
});
const vaultOf = (call: AnyCall): Vault => ({ tx: call.tx, hub: call.hub, place: placeOf(call) });

/** The tenant's secrets are shared by all its workspaces: changing them takes more than a member's role. */
function requireScopeRank(call: AnyCall, wanted: string): void {
  if (wanted === "tenant" && !call.standing.scopes.includes("members:admin")) {
    throw new KeywardError("HUB_FORBIDDEN", "a secret of the whole tenant takes the role admin", { hint: "use --scope=workspace" });
  }
  if (wanted === "user" && call.caller.userId === null) throw new KeywardError("HUB_FORBIDDEN", "an API token has no secrets of its own");
}

const list = route({
  method: "get",
  path: "/v1/secrets",
  summary: "names of secrets the caller may see",
  access: { to: "workspace", scope: "secrets:read" },
  query: pageQuery,
  status: 200,
  answer: pageOf(shown),
  act: async (call) => {
    const rows = await listSecrets(call.tx, placeOf(call), { afterId: startOf(call.query), limit: call.query.limit + 1 });
    return toPage(rows, call.query, { id: (row) => row.secret_id, show });
  },
});

const put = route({
  method: "post",
  path: "/v1/secrets",
  summary: "put a secret: a new one, or a new version of the one with this name and scope",
  access: { to: "workspace", scope: "secrets:write" },
  body: z.strictObject({ name, scope: scope.default("workspace"), value }),
  status: 201,
  answer: shown,
  isCreate: true,
  act: async (call) => {
    const { body, from } = call;
    requireScopeRank(call, body.scope);
    const wanted = { name: body.name, scope: body.scope, value: Buffer.from(body.value), createdBy: actorOf(call), ifMatch: from.ifMatch };
    const row = await putSecret(vaultOf(call), wanted);
    await note(call, { action: "secret.put", subject: row.secret_id, detail: { version: row.current_version } });
    return show(row);
  },
});

const get = route({
  method: "get",
  path: "/v1/secrets/{secret_id}",
  summary: "one secret without its value; by id, or by name with the nearest scope winning",
  access: { to: "workspace", scope: "secrets:read" },
  params,
  status: 200,
  answer: shown,
  act: async (call) => show(await findSecret(call.tx, placeOf(call), call.params.secret_id)),
});

const versions = route({
  method: "get",
  path: "/v1/secrets/{secret_id}/versions",
  summary: "its versions, newest first",
  access: { to: "workspace", scope: "secrets:read" },
  params,
  status: 200,
  answer: z.object({ data: z.array(version) }),
  act: async (call) => {
    const rows = await versionsOf(call.tx, await findSecret(call.tx, placeOf(call), call.params.secret_id));
    const data = rows.map((row: SecretVersionTable) => ({
      version: row.version,
      state: row.state,
      created_by: row.created_by,
      created_at: seconds(row.created_at_ms),
    }));
    return { data };
  },
});

const access = route({
  method: "post",
  path: "/v1/secrets/{secret_id}:access",
  summary: "the value; an audit line is written first",
  access: { to: "workspace", scope: "secrets:access" },
  params,
  body: z.strictObject({ version: z.number().int().positive().optional() }),
  status: 200,
  answer: z.object({ id: z.string(), name: z.string(), version: z.number().int(), value: z.string() }),
  act: async (call) => {
    const row = await findSecret(call.tx, placeOf(call), call.params.secret_id);
    const wanted = call.body.version ?? row.current_version;
    await note(call, { action: "secret.access", subject: row.secret_id, detail: { version: wanted } });
    const bytes = await openSecret(vaultOf(call), row, wanted);
    return { id: row.secret_id, name: row.name, version: wanted, value: bytes.toString() };
  },
});

const STATES = { enable: "enabled", disable: "disabled", destroy: "destroyed" } as const;

const stateRoutes = (Object.keys(STATES) as (keyof typeof STATES)[]).map((verb) =>
  route({
    method: "post",
    path: `/v1/secrets/{secret_id}/versions/{version}:${verb}`,
    summary: verb === "destroy" ? "wipe a version; nothing brings it back" : `${verb} a version`,
    access: { to: "workspace", scope: "secrets:write" },
    params: versionParams,
    status: 204,
    act: async (call) => {
      const row = await findSecret(call.tx, placeOf(call), call.params.secret_id);
      requireScopeRank(call, row.scope);
      await setVersionState(vaultOf(call), row, { version: call.params.version, state: STATES[verb] });
      await note(call, { action: `secret.${verb}`, subject: row.secret_id, detail: { version: call.params.version } });
    },
  }),
);

const remove = route({
  method: "delete",
  path: "/v1/secrets/{secret_id}",
  summary: "delete a secret; it can be brought back for 30 days. force=true also when connections use it",
  access: { to: "workspace", scope: "secrets:write" },
  params,
  query: z.strictObject({ force: z.enum(["true", "false"]).default("false") }),
  status: 204,
  act: async (call) => {
    const row = await findSecret(call.tx, placeOf(call), call.params.secret_id);
    requireScopeRank(call, row.scope);
    await deleteSecret(vaultOf(call), row, call.query.force === "true");
    await note(call, { action: "secret.delete", subject: row.secret_id });
  },
});

const undelete = route({
  method: "post",
  path: "/v1/secrets/{secret_id}:undelete",
  summary: "bring a deleted secret back, by its id",
  access: { to: "workspace", scope: "secrets:write" },
  params,
  status: 200,
  answer: shown,
  act: async (call) => {
    const row = await undeleteSecret(vaultOf(call), call.params.secret_id);
    await note(call, { action: "secret.undelete", subject: row.secret_id });
    return show(row);
  },
});

export const secretRoutes: readonly RouteSpec[] = [list, put, get, versions, access, ...stateRoutes, remove, undelete];
