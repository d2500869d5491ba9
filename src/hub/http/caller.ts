// Who is asking: from the Authorization header to a caller, and from a caller and a route to what it may do there.
// In: a token and a transaction. Out: a caller with the scopes that hold, or an error of the table. The token is forgotten here.
import { KeywardError } from "../../core/errors.ts";
import type { TokenKind } from "../../core/shapes/hub-token.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { CredentialTable } from "../storage/tables/access.ts";
import { findCredential } from "../tokens/credentials.ts";
import { effectiveScopes, type HubScope, isScope, type Role } from "../tokens/scopes.ts";

export interface Caller {
  readonly kind: "session" | "api_token" | "run_token" | "device";
  readonly tenantId: string;
  /** The session's, token's or device's id. */
  readonly subjectId: string;
  /** Null for an API token: it belongs to its workspace. */
  readonly userId: string | null;
  /** The workspace a token is bound to, or a session was logged in for. */
  readonly workspaceId: string | null;
  readonly scopes: readonly HubScope[];
  /** Connections a run token is good for; null: not restricted. */
  readonly connections: readonly string[] | null;
}

/** Kinds a request may carry as a bearer token. */
const BEARER_KINDS: readonly TokenKind[] = ["ses", "pat", "run", "dev"];

/** RFC 6750 §2.1. Null: there is none. */
export function bearerToken(header: string | undefined): string | null {
  const [, token] = /^Bearer +([!-~]+) *$/i.exec(header ?? "") ?? [];
  return token ?? null;
}

const refuse = (): KeywardError =>
  new KeywardError("HUB_LOGIN_REQUIRED", "the token is missing, wrong, expired or revoked", { hint: "keyward auth login" });

/** Also narrows the transaction to the caller's tenant. @throws HUB_LOGIN_REQUIRED, the same for every reason */
export async function authenticate(tx: HubTransaction, hub: HubParts, token: string | null): Promise<Caller> {
  if (token === null) throw refuse();
  const row = await findCredential(tx, hub.digester, { token, kinds: BEARER_KINDS });
  const nowMs = hub.clock.nowMs();
  if (row === null || row.tenant_id === null || row.expires_at_ms <= nowMs) throw refuse();
  await tx.narrow({ tenantId: row.tenant_id, workspaceId: "*", key: "" });
  const caller = await loadCaller(tx, row, nowMs);
  if (caller === null) throw refuse();
  return caller;
}

async function loadCaller(tx: HubTransaction, row: CredentialTable, nowMs: number): Promise<Caller | null> {
  const tenantId = row.tenant_id ?? "";
  if (row.kind === "ses") return await loadSession(tx, tenantId, { id: row.subject_id, nowMs });
  if (row.kind === "dev") return await loadDevice(tx, tenantId, row.subject_id);
  return await loadApiToken(tx, tenantId, { id: row.subject_id, nowMs });
}

interface At {
  readonly id: string;
  readonly nowMs: number;
}

async function loadSession(tx: HubTransaction, tenantId: string, { id, nowMs }: At): Promise<Caller | null> {
  const rows = tx.db.selectFrom("session").selectAll().where("tenant_id", "=", tenantId).where("session_id", "=", id);
  const session = await rows.executeTakeFirst();
  if (session === undefined || session.revoked_at_ms !== null || session.expires_at_ms <= nowMs) return null;
  await tx.narrow({ userId: session.user_id });
  return {
    kind: "session",
    tenantId,
    subjectId: id,
    userId: session.user_id,
    workspaceId: session.workspace_id,
    scopes: parseScopes(session.scopes),
    connections: null,
  };
}

async function loadDevice(tx: HubTransaction, tenantId: string, id: string): Promise<Caller | null> {
  const rows = tx.db.selectFrom("device").selectAll().where("tenant_id", "=", tenantId).where("device_id", "=", id);
  const device = await rows.executeTakeFirst();
  if (device === undefined || device.revoked_at_ms !== null) return null;
  await tx.narrow({ userId: device.user_id });
  const scopes: readonly HubScope[] = ["sync:pull", "ingest:write", "connections:read"];
  return { kind: "device", tenantId, subjectId: id, userId: device.user_id, workspaceId: device.workspace_id, scopes, connections: null };
}

async function loadApiToken(tx: HubTransaction, tenantId: string, { id, nowMs }: At): Promise<Caller | null> {
  const rows = tx.db.selectFrom("api_token").selectAll().where("tenant_id", "=", tenantId).where("api_token_id", "=", id);
  const token = await rows.executeTakeFirst();
  if (token === undefined || token.revoked_at_ms !== null || (token.expires_at_ms ?? Infinity) <= nowMs) return null;
  return {
    kind: token.kind === "run" ? "run_token" : "api_token",
    tenantId,
    subjectId: id,
    userId: null,
    workspaceId: token.workspace_id,
    scopes: parseScopes(token.scopes),
    connections: token.kind === "run" ? (JSON.parse(token.connections) as string[]) : null,
  };
}

export function parseScopes(text: string): readonly HubScope[] {
  return (JSON.parse(text) as string[]).filter(isScope);
}

export interface Standing {
  readonly workspaceId: string;
  /** Null for a token: what it may do is in its scopes alone. */
  readonly role: Role | null;
  readonly scopes: readonly HubScope[];
}

/** The one answer for a workspace that does not exist and for one of others: no caller learns which. */
const noSuchWorkspace = (): KeywardError =>
  new KeywardError("HUB_FORBIDDEN", "the workspace does not exist or is not yours", { hint: "keyward workspace list" });

/**
 * The workspace a request is about and what the caller may do in it. A token has one; a person names one or has logged in for one.
 * @param named the X-Keyward-Workspace header
 * @throws HUB_WORKSPACE_REQUIRED, HUB_FORBIDDEN
 */
export async function standIn(tx: HubTransaction, caller: Caller, named: string | undefined): Promise<Standing> {
  const wanted = named ?? caller.workspaceId ?? undefined;
  if (wanted === undefined) {
    throw new KeywardError("HUB_WORKSPACE_REQUIRED", "the request names no workspace and its token is good for several", {
      hint: "pass --workspace, or: keyward workspace use <workspace>",
    });
  }
  const workspaceId = await findWorkspace(tx, caller.tenantId, wanted);
  if (workspaceId === null) throw noSuchWorkspace();
  await tx.narrow({ workspaceId });
  if (caller.userId === null) {
    if (workspaceId !== caller.workspaceId) throw noSuchWorkspace();
    return { workspaceId, role: null, scopes: caller.scopes };
  }
  const role = await roleIn(tx, caller, workspaceId);
  if (role === null) throw noSuchWorkspace();
  return { workspaceId, role, scopes: effectiveScopes(role, caller.scopes) };
}

/** By id or slug. */
async function findWorkspace(tx: HubTransaction, tenantId: string, named: string): Promise<string | null> {
  const rows = tx.db.selectFrom("workspace").select("workspace_id").where("tenant_id", "=", tenantId).where("deleted_at_ms", "is", null);
  const found = await rows.where(({ eb, or }) => or([eb("workspace_id", "=", named), eb("slug", "=", named)])).executeTakeFirst();
  return found?.workspace_id ?? null;
}

async function roleIn(tx: HubTransaction, caller: Caller, workspaceId: string): Promise<Role | null> {
  const userId = caller.userId ?? "";
  const memberships = tx.db.selectFrom("membership").select("role").where("tenant_id", "=", caller.tenantId).where("user_id", "=", userId);
  const membership = await memberships.where("workspace_id", "=", workspaceId).executeTakeFirst();
  if (membership !== undefined) return membership.role as Role;
  return (await isTenantAdmin(tx, caller)) ? "admin" : null;
}

export async function isTenantAdmin(tx: HubTransaction, caller: Caller): Promise<boolean> {
  if (caller.userId === null) return false;
  const rows = tx.db
    .selectFrom("tenant_member")
    .select("role")
    .where("tenant_id", "=", caller.tenantId)
    .where("user_id", "=", caller.userId);
  return (await rows.executeTakeFirst())?.role === "tenant_admin";
}

/** @throws HUB_FORBIDDEN for a machine's token and for a daemon's, which is its person's and yet not the person */
export function requirePerson(caller: Caller, what: string): string {
  if (caller.kind === "session" && caller.userId !== null) return caller.userId;
  throw new KeywardError("HUB_FORBIDDEN", `${what}, with a login`, { hint: "keyward auth login" });
}

/** The role alone is not enough: a login without the scope to administer administers nothing. @throws HUB_FORBIDDEN */
export async function requireTenantAdmin(tx: HubTransaction, caller: Caller): Promise<void> {
  requirePerson(caller, "a person administers a tenant");
  if (!(await isTenantAdmin(tx, caller)))
    throw new KeywardError("HUB_FORBIDDEN", "this takes the role tenant_admin", { hint: "ask an admin of the tenant" });
  if (caller.scopes.includes("admin") || caller.scopes.includes("members:admin")) return;
  throw new KeywardError("HUB_FORBIDDEN", "this login was not given the scope admin", { hint: "keyward auth login --admin" });
}

/** @throws HUB_FORBIDDEN naming the scope */
export function requireScope(standing: Standing, scope: HubScope): void {
  if (standing.scopes.includes(scope) || standing.scopes.includes("admin")) return;
  const why = standing.role === null ? "the token was not given" : `as ${standing.role}, or with this login, you do not have`;
  throw new KeywardError("HUB_FORBIDDEN", `${why} the scope ${scope}`, {
    hint: "ask an owner or admin of the workspace, or: keyward auth login --admin",
  });
}
