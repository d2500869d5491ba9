// Tokens for machines: they belong to a workspace and outlive whoever made them.
// In: a name, scopes, a life. Out: the token, once. Rotating and revoking hold from the next request on.
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import { nextRev } from "../storage/next-rev.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { ApiTokenTable } from "../storage/tables/access.ts";
import { addCredential, NEVER_MS, removeCredentials } from "./credentials.ts";
import type { HubScope } from "./scopes.ts";
import { newHubToken, PREFIX_LENGTH } from "./token-format.ts";

export interface NewApiToken {
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly kind: "pat" | "run";
  readonly name: string;
  readonly scopes: readonly HubScope[];
  /** For a run token: the connections it is good for. */
  readonly connections: readonly string[];
  readonly createdBy: string;
  readonly parentId: string | null;
  readonly rotatedFrom: string | null;
  /** Null: until it is revoked. */
  readonly expiresAtMs: number | null;
}

export interface IssuedApiToken {
  readonly row: ApiTokenTable;
  /** Shown once. */
  readonly token: string;
}

export async function issueApiToken(tx: HubTransaction, hub: HubParts, wanted: NewApiToken): Promise<IssuedApiToken> {
  const token = newHubToken(wanted.kind);
  const row: ApiTokenTable = {
    tenant_id: wanted.tenantId,
    workspace_id: wanted.workspaceId,
    api_token_id: `tok_${randomText(20)}`,
    kind: wanted.kind,
    name: wanted.name,
    prefix: token.slice(0, PREFIX_LENGTH),
    last4: token.slice(-4),
    scopes: JSON.stringify(wanted.scopes),
    connections: JSON.stringify(wanted.connections),
    created_by: wanted.createdBy,
    parent_id: wanted.parentId,
    rotated_from: wanted.rotatedFrom,
    created_at_ms: hub.clock.nowMs(),
    expires_at_ms: wanted.expiresAtMs,
    revoked_at_ms: null,
  };
  await tx.db.insertInto("api_token").values(row).execute();
  const credential = { token, tenantId: row.tenant_id, subjectId: row.api_token_id, expiresAtMs: row.expires_at_ms ?? NEVER_MS };
  await addCredential(tx, hub.digester, credential);
  return { row, token };
}

export interface TokenPlace {
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly apiTokenId: string;
}

/** A live token of the workspace, or null. */
export async function findApiToken(tx: HubTransaction, place: TokenPlace): Promise<ApiTokenTable | null> {
  const rows = tx.db
    .selectFrom("api_token")
    .selectAll()
    .where("tenant_id", "=", place.tenantId)
    .where("workspace_id", "=", place.workspaceId);
  return (await rows.where("api_token_id", "=", place.apiTokenId).where("revoked_at_ms", "is", null).executeTakeFirst()) ?? null;
}

/** The token and everything that was cut from it. Its digest is wiped, so nothing brings it back; the row stays for the audit. */
export async function revokeApiToken(tx: HubTransaction, row: ApiTokenTable, nowMs: number): Promise<void> {
  const revoked = tx.db.updateTable("api_token").set({ revoked_at_ms: nowMs }).where("tenant_id", "=", row.tenant_id);
  await revoked.where("api_token_id", "=", row.api_token_id).execute();
  await removeCredentials(tx, row.api_token_id);
  // Whoever waits with it at a long poll is woken, asks again and is refused.
  await nextRev(tx, row.tenant_id);
  await revokeChildren(tx, { tenantId: row.tenant_id, parentId: row.api_token_id }, nowMs);
}

/** What was cut from a token or a session that ended. */
export async function revokeChildren(
  tx: HubTransaction,
  { tenantId, parentId }: { readonly tenantId: string; readonly parentId: string },
  nowMs: number,
): Promise<void> {
  const children = tx.db.selectFrom("api_token").selectAll().where("tenant_id", "=", tenantId).where("parent_id", "=", parentId);
  for (const child of await children.where("revoked_at_ms", "is", null).execute()) await revokeApiToken(tx, child, nowMs);
}

export interface Rotation {
  readonly name?: string | undefined;
  /** Undefined: as long as the old one had from its creation on. */
  readonly expiresAtMs?: number | null | undefined;
  /** The old one dies now (0) or then. */
  readonly overlapMs: number;
  readonly createdBy: string;
}

/** A new token in the place of an old one, with its name, scopes and life unless told otherwise. @throws HUB_CONFLICT for one that was rotated already */
export async function rotateApiToken(
  tx: HubTransaction,
  hub: HubParts,
  { row, rotation }: { readonly row: ApiTokenTable; readonly rotation: Rotation },
): Promise<IssuedApiToken> {
  const nowMs = hub.clock.nowMs();
  const successors = tx.db
    .selectFrom("api_token")
    .select("api_token_id")
    .where("tenant_id", "=", row.tenant_id)
    .where("rotated_from", "=", row.api_token_id);
  if ((await successors.where("revoked_at_ms", "is", null).executeTakeFirst()) !== undefined) {
    throw new KeywardError("HUB_CONFLICT", "this token was rotated already and still overlaps with its successor", {
      hint: "rotate the successor",
    });
  }
  const life = row.expires_at_ms === null ? null : nowMs + (row.expires_at_ms - row.created_at_ms);
  const issued = await issueApiToken(tx, hub, {
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    kind: row.kind as "pat" | "run",
    name: rotation.name ?? row.name,
    scopes: JSON.parse(row.scopes) as HubScope[],
    connections: JSON.parse(row.connections) as string[],
    createdBy: rotation.createdBy,
    parentId: row.parent_id,
    rotatedFrom: row.api_token_id,
    expiresAtMs: await withinParent(tx, row, rotation.expiresAtMs === undefined ? life : rotation.expiresAtMs),
  });
  if (rotation.overlapMs === 0) await revokeApiToken(tx, row, nowMs);
  else await expireAt(tx, row, nowMs + rotation.overlapMs);
  return issued;
}

/** What was cut from another token or a session never outlives it, rotated or not. */
async function withinParent(
  tx: HubTransaction,
  { tenant_id: tenantId, parent_id: parentId }: ApiTokenTable,
  atMs: number | null,
): Promise<number | null> {
  if (parentId === null) return atMs;
  const tokens = tx.db.selectFrom("api_token").select("expires_at_ms").where("tenant_id", "=", tenantId);
  const sessions = tx.db.selectFrom("session").select("expires_at_ms").where("tenant_id", "=", tenantId);
  const parent =
    (await tokens.where("api_token_id", "=", parentId).executeTakeFirst()) ??
    (await sessions.where("session_id", "=", parentId).executeTakeFirst());
  const endMs = parent?.expires_at_ms ?? null;
  return endMs === null ? atMs : Math.min(atMs ?? NEVER_MS, endMs);
}

/** Enforced when a request comes with it, to the millisecond; never later than it would have ended anyway. */
async function expireAt(tx: HubTransaction, row: ApiTokenTable, atMs: number): Promise<void> {
  const untilMs = Math.min(atMs, row.expires_at_ms ?? NEVER_MS);
  const token = tx.db.updateTable("api_token").set({ expires_at_ms: untilMs }).where("tenant_id", "=", row.tenant_id);
  await token.where("api_token_id", "=", row.api_token_id).execute();
  const cut = tx.db.selectFrom("api_token").selectAll().where("tenant_id", "=", row.tenant_id).where("parent_id", "=", row.api_token_id);
  for (const child of await cut.where("revoked_at_ms", "is", null).execute()) await expireAt(tx, child, untilMs);
  await tx.narrow({ key: row.api_token_id });
  await tx.db.updateTable("credential").set({ expires_at_ms: untilMs }).where("subject_id", "=", row.api_token_id).execute();
  // A gateway that waits with it at a long poll is told its new end, and cuts it off on the second.
  await nextRev(tx, row.tenant_id);
}
