// The person's half of a device login: a browser session claims a code, sees what it is for, and says yes or no.
// In: a code someone typed and who they are. Out: what waits under it, or why not. Only the session that claimed a code may decide it.
import { KeywardError } from "../../core/errors.ts";
import { parseScopes } from "../http/caller.ts";
import type { HubParts } from "../hub-parts.ts";
import { appendAudit } from "../record/append-audit.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { DeviceCodeTable } from "../storage/tables/access.ts";
import { effectiveScopes, type HubScope, ROLE_SCOPES, type Role } from "../tokens/scopes.ts";
import { normalUserCode } from "./user-code.ts";

export interface Approver {
  readonly browserSessionId: string;
  readonly userId: string;
}

/** Live, pending and nobody else's. Null for every other reason: a guess learns nothing. */
export async function claimLogin(
  tx: HubTransaction,
  hub: HubParts,
  typed: { readonly code: string; readonly by: Approver },
): Promise<DeviceCodeTable | null> {
  const row = await findByUserCode(tx, hub, typed.code);
  if (row === null || row.expires_at_ms <= hub.clock.nowMs()) return null;
  if (row.status === "claimed") return row.claimed_by === typed.by.browserSessionId ? row : null;
  if (row.status !== "pending") return null;
  const claim = tx.db.updateTable("device_code").set({ status: "claimed", claimed_by: typed.by.browserSessionId });
  const won = await claim.where("device_digest", "=", row.device_digest).where("status", "=", "pending").returningAll().executeTakeFirst();
  return won ?? null;
}

async function findByUserCode(tx: HubTransaction, hub: HubParts, typed: string): Promise<DeviceCodeTable | null> {
  const code = normalUserCode(typed);
  if (code === null) return null;
  for (const digest of hub.digester.candidates(code)) {
    await tx.narrow({ key: digest });
    const row = await tx.db.selectFrom("device_code").selectAll().where("user_digest", "=", digest).executeTakeFirst();
    if (row !== undefined) return row;
  }
  return null;
}

/** A workspace the person may log a device in for. */
export interface Seat {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly role: Role;
}

/** In tenants that allow device logins. */
export async function seatsOf(tx: HubTransaction, userId: string): Promise<readonly Seat[]> {
  await tx.narrow({ userId });
  const memberships = await tx.db.selectFrom("membership").selectAll().where("user_id", "=", userId).orderBy("workspace_id").execute();
  const seats: Seat[] = [];
  for (const { tenant_id: tenantId, workspace_id: workspaceId, role } of memberships) {
    await tx.narrow({ tenantId, workspaceId: "*" });
    const tenant = await tx.db
      .selectFrom("tenant")
      .select(["name", "device_login"])
      .where("tenant_id", "=", tenantId)
      .executeTakeFirstOrThrow();
    const places = tx.db.selectFrom("workspace").select("name").where("tenant_id", "=", tenantId).where("workspace_id", "=", workspaceId);
    const workspace = await places.where("deleted_at_ms", "is", null).executeTakeFirst();
    if (workspace === undefined || tenant.device_login !== 1) continue;
    seats.push({ tenantId, tenantName: tenant.name, workspaceId, workspaceName: workspace.name, role: role as Role });
  }
  return seats;
}

export interface Decision {
  readonly code: string;
  readonly by: Approver;
  readonly isApproved: boolean;
  readonly workspaceId: string;
  /** What the person left ticked. */
  readonly scopes: readonly HubScope[];
}

/** What is asked for by name and left ticked is not dropped in silence, as what a role only lacks is. @throws HUB_FORBIDDEN */
function requireAdminRole(role: Role, wanted: readonly HubScope[]): void {
  if (!wanted.includes("admin") || ROLE_SCOPES[role].includes("admin")) return;
  throw new KeywardError("HUB_FORBIDDEN", `the login asks for the scope admin, and you are ${role} in this workspace`, {
    hint: "go back and untick it, choose another workspace, or say no",
  });
}

/** @throws HUB_NOT_FOUND for a code this session has not claimed, HUB_FORBIDDEN for a workspace that is not the person's */
export async function decideLogin(tx: HubTransaction, hub: HubParts, decision: Decision): Promise<"approved" | "denied"> {
  const row = await findByUserCode(tx, hub, decision.code);
  const isOwn = row?.status === "claimed" && row.claimed_by === decision.by.browserSessionId && row.expires_at_ms > hub.clock.nowMs();
  if (row === null || !isOwn)
    throw new KeywardError("HUB_NOT_FOUND", "this code is over, or another browser has it", { hint: "start the login again" });
  const set = async (change: Partial<DeviceCodeTable>): Promise<void> => {
    await tx.narrow({ key: row.device_digest });
    await tx.db.updateTable("device_code").set(change).where("device_digest", "=", row.device_digest).execute();
  };
  if (!decision.isApproved) {
    await set({ status: "denied" });
    return "denied";
  }
  const seat = (await seatsOf(tx, decision.by.userId)).find((each) => each.workspaceId === decision.workspaceId);
  if (seat === undefined) throw new KeywardError("HUB_FORBIDDEN", "you cannot log a device in for this workspace");
  const asked = parseScopes(row.scopes);
  requireAdminRole(
    seat.role,
    asked.filter((scope) => decision.scopes.includes(scope)),
  );
  const granted = effectiveScopes(seat.role, asked).filter((scope) => decision.scopes.includes(scope));
  await set({
    status: "approved",
    user_id: decision.by.userId,
    tenant_id: seat.tenantId,
    workspace_id: seat.workspaceId,
    granted_scopes: JSON.stringify(granted),
  });
  await tx.narrow({ tenantId: seat.tenantId, workspaceId: "*" });
  await appendAudit(tx, {
    tenantId: seat.tenantId,
    workspaceId: seat.workspaceId,
    atMs: hub.clock.nowMs(),
    actor: `user:${decision.by.userId}`,
    action: "device_login.approve",
    subject: row.host_name,
    detail: { ip: row.ip, scopes: granted.join(" ") },
  });
  return "approved";
}
