// A person's login from a program: an access token of an hour and a refresh token that is replaced with every use.
// In: who logged in, or a refresh token. Out: a pair of tokens. A refresh token used twice ends the session, except by the same program within 30 s.
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { CredentialTable, SessionTable } from "../storage/tables/access.ts";
import { revokeChildren } from "./api-tokens.ts";
import { addCredential, findCredential, removeCredentials, supersedeCredential } from "./credentials.ts";
import type { HubScope } from "./scopes.ts";
import { newHubToken } from "./token-format.ts";

export const ACCESS_MS = 3_600_000;
const REFRESH_IDLE_MS = 30 * 24 * 3_600_000;
const SESSION_MS = 365 * 24 * 3_600_000;
/** Parallel programs race with one refresh token; all of them get the same successor. */
export const REUSE_WINDOW_MS = 30_000;

export interface NewSession {
  readonly tenantId: string;
  readonly workspaceId: string | null;
  readonly userId: string;
  readonly scopes: readonly HubScope[];
  readonly label: string;
  readonly ip: string;
  readonly userAgent: string;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
  readonly session: SessionTable;
}

export async function beginSession(tx: HubTransaction, hub: HubParts, { tenantId, ...login }: NewSession): Promise<TokenPair> {
  const nowMs = hub.clock.nowMs();
  const session: SessionTable = {
    tenant_id: tenantId,
    session_id: `ses_${randomText(20)}`,
    user_id: login.userId,
    workspace_id: login.workspaceId,
    label: login.label,
    ip: login.ip,
    user_agent: login.userAgent,
    scopes: JSON.stringify(login.scopes),
    created_at_ms: nowMs,
    expires_at_ms: nowMs + SESSION_MS,
    revoked_at_ms: null,
  };
  await tx.narrow({ tenantId, workspaceId: "*" });
  await tx.db.insertInto("session").values(session).execute();
  return await addPair(tx, hub, { session, refreshToken: newHubToken("ref"), accessToken: newHubToken("ses") });
}

interface Pair {
  readonly session: SessionTable;
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function addPair(tx: HubTransaction, hub: HubParts, { session, accessToken, refreshToken }: Pair): Promise<TokenPair> {
  const nowMs = hub.clock.nowMs();
  const common = { tenantId: session.tenant_id, subjectId: session.session_id };
  const accessUntilMs = Math.min(nowMs + ACCESS_MS, session.expires_at_ms);
  await addCredential(tx, hub.digester, { token: accessToken, expiresAtMs: accessUntilMs, ...common });
  await addCredential(tx, hub.digester, {
    token: refreshToken,
    expiresAtMs: Math.min(nowMs + REFRESH_IDLE_MS, session.expires_at_ms),
    ...common,
  });
  return { accessToken, refreshToken, expiresInS: Math.floor((accessUntilMs - nowMs) / 1_000), session };
}

/** What became of a refresh: `reused` ends the session, so the caller has to commit before it refuses. */
export type Refreshed = { readonly outcome: "refreshed"; readonly pair: TokenPair } | { readonly outcome: "refused" | "reused" };

export async function refreshSession(tx: HubTransaction, hub: HubParts, refreshToken: string): Promise<Refreshed> {
  const nowMs = hub.clock.nowMs();
  const credential = await findCredential(tx, hub.digester, { token: refreshToken, kinds: ["ref"] });
  if (credential === null || credential.tenant_id === null) return { outcome: "refused" };
  await tx.narrow({ tenantId: credential.tenant_id, workspaceId: "*" });
  const session = await loadSession(tx, credential);
  if (session === null || session.revoked_at_ms !== null || credential.expires_at_ms <= nowMs) return { outcome: "refused" };
  if (credential.superseded_at_ms !== null && nowMs - credential.superseded_at_ms > REUSE_WINDOW_MS) {
    await endSession(tx, session, nowMs);
    return { outcome: "reused" };
  }
  if (credential.superseded_at_ms === null) {
    // Kept as long as it would have lived, to notice a thief who comes later.
    await supersedeCredential(tx, credential.digest, { nowMs, untilMs: credential.expires_at_ms });
  }
  const successor = {
    accessToken: hub.digester.successorOf("ses", refreshToken),
    refreshToken: hub.digester.successorOf("ref", refreshToken),
  };
  return { outcome: "refreshed", pair: await addPair(tx, hub, { session, ...successor }) };
}

async function loadSession(tx: HubTransaction, { tenant_id, subject_id }: CredentialTable): Promise<SessionTable | null> {
  const rows = tx.db
    .selectFrom("session")
    .selectAll()
    .where("tenant_id", "=", tenant_id ?? "");
  return (await rows.where("session_id", "=", subject_id).executeTakeFirst()) ?? null;
}

/** At once: the next request with any of its tokens is refused. */
export async function endSession(
  tx: HubTransaction,
  session: Pick<SessionTable, "tenant_id" | "session_id">,
  nowMs: number,
): Promise<void> {
  await tx.narrow({ tenantId: session.tenant_id, workspaceId: "*" });
  const row = tx.db.updateTable("session").set({ revoked_at_ms: nowMs }).where("tenant_id", "=", session.tenant_id);
  await row.where("session_id", "=", session.session_id).where("revoked_at_ms", "is", null).execute();
  await removeCredentials(tx, session.session_id);
  await revokeChildren(tx, { tenantId: session.tenant_id, parentId: session.session_id }, nowMs);
}
