// Invitations: a one-time token with which a person becomes a member. The first one of a hub is its set-up address.
// In: where and as what. Out: the token, once; later, the person's place.
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { InviteTable, UserTable } from "../storage/tables/people.ts";
import { addCredential, findCredential, removeCredentials } from "../tokens/credentials.ts";
import type { Role } from "../tokens/scopes.ts";
import { newHubToken } from "../tokens/token-format.ts";
import { joinTenant, joinWorkspace } from "./people.ts";

export interface NewInvite {
  readonly tenantId: string;
  readonly workspaceId: string;
  /** Null: whoever has the token. */
  readonly email: string | null;
  readonly role: Role;
  readonly isTenantAdmin: boolean;
  readonly createdBy: string;
  readonly lifeMs: number;
}

export async function createInvite(tx: HubTransaction, hub: Pick<HubParts, "digester" | "clock">, invite: NewInvite): Promise<string> {
  const nowMs = hub.clock.nowMs();
  const token = newHubToken("inv");
  const row: InviteTable = {
    tenant_id: invite.tenantId,
    invite_id: `inv_${randomText(20)}`,
    workspace_id: invite.workspaceId,
    email: invite.email,
    role: invite.isTenantAdmin ? `tenant_admin:${invite.role}` : invite.role,
    created_by: invite.createdBy,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + invite.lifeMs,
    used_at_ms: null,
  };
  await tx.db.insertInto("invite").values(row).execute();
  await addCredential(tx, hub.digester, { token, tenantId: row.tenant_id, subjectId: row.invite_id, expiresAtMs: row.expires_at_ms });
  return token;
}

/** A live invitation, or null. */
export async function findInvite(
  tx: HubTransaction,
  hub: Pick<HubParts, "digester" | "clock">,
  token: string,
): Promise<InviteTable | null> {
  const credential = await findCredential(tx, hub.digester, { token, kinds: ["inv"] });
  if (credential === null || credential.tenant_id === null || credential.expires_at_ms <= hub.clock.nowMs()) return null;
  await tx.narrow({ tenantId: credential.tenant_id, workspaceId: "*" });
  const rows = tx.db
    .selectFrom("invite")
    .selectAll()
    .where("tenant_id", "=", credential.tenant_id)
    .where("invite_id", "=", credential.subject_id);
  return (await rows.where("used_at_ms", "is", null).executeTakeFirst()) ?? null;
}

/** The person's place; the token is spent. */
export async function acceptInvite(
  tx: HubTransaction,
  invite: InviteTable,
  joining: { readonly user: UserTable; readonly nowMs: number },
): Promise<void> {
  const { user, nowMs } = joining;
  const [first = "", second] = invite.role.split(":");
  const belonging = { tenantId: invite.tenant_id, user, nowMs };
  await joinTenant(tx, belonging, second === undefined ? "tenant_member" : "tenant_admin");
  if (invite.workspace_id !== null)
    await joinWorkspace(tx, belonging, { workspaceId: invite.workspace_id, role: (second ?? first) as Role });
  const used = tx.db.updateTable("invite").set({ used_at_ms: nowMs }).where("tenant_id", "=", invite.tenant_id);
  await used.where("invite_id", "=", invite.invite_id).execute();
  await removeCredentials(tx, invite.invite_id);
}
