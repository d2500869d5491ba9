// Persons and where they belong: added, found, given a role.
// In: a transaction and who. Out: rows. Passwords come and go as hashes only.
import { randomText } from "../../core/ids.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { UserTable } from "../storage/tables/people.ts";
import type { Role } from "../tokens/scopes.ts";

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  /** `issuer|sub` of an upstream OpenID provider. */
  readonly subject: string | null;
  readonly nowMs: number;
}

/** Addresses are compared in lower case. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

export async function addUser(tx: HubTransaction, user: NewUser): Promise<UserTable> {
  const row: UserTable = {
    user_id: `usr_${randomText(20)}`,
    email: normalEmail(user.email),
    name: user.name,
    password_hash: user.passwordHash,
    subject: user.subject,
    created_at_ms: user.nowMs,
    disabled_at_ms: null,
  };
  await tx.narrow({ key: row.user_id });
  await tx.db.insertInto("user_account").values(row).execute();
  return row;
}

/** By id, e-mail address or upstream subject; null also for one who was disabled. */
export async function findUser(tx: HubTransaction, by: "user_id" | "email" | "subject", value: string): Promise<UserTable | null> {
  const key = by === "email" ? normalEmail(value) : value;
  await tx.narrow({ key });
  const row = await tx.db.selectFrom("user_account").selectAll().where(by, "=", key).executeTakeFirst();
  return row === undefined || row.disabled_at_ms !== null ? null : row;
}

export interface Belonging {
  readonly tenantId: string;
  readonly user: Pick<UserTable, "user_id" | "email" | "name">;
  readonly nowMs: number;
}

/** Idempotent: who is in already keeps the role. */
export async function joinTenant(
  tx: HubTransaction,
  { tenantId, user, nowMs }: Belonging,
  role: "tenant_admin" | "tenant_member",
): Promise<void> {
  await tx.narrow({ tenantId, workspaceId: "*" });
  const row = { tenant_id: tenantId, user_id: user.user_id, role, email: user.email, name: user.name, created_at_ms: nowMs };
  const known = await tx.db
    .selectFrom("tenant_member")
    .select("role")
    .where("tenant_id", "=", tenantId)
    .where("user_id", "=", user.user_id)
    .executeTakeFirst();
  if (known === undefined) await tx.db.insertInto("tenant_member").values(row).execute();
}

/** Adds to a workspace, or changes the role there. */
export async function joinWorkspace(
  tx: HubTransaction,
  { tenantId, user, nowMs }: Belonging,
  place: { readonly workspaceId: string; readonly role: Role },
): Promise<void> {
  const { workspaceId, role } = place;
  const row = {
    tenant_id: tenantId,
    workspace_id: workspaceId,
    user_id: user.user_id,
    role,
    email: user.email,
    name: user.name,
    created_at_ms: nowMs,
  };
  await tx.db
    .insertInto("membership")
    .values(row)
    .onConflict((conflict) => conflict.columns(["tenant_id", "workspace_id", "user_id"]).doUpdateSet({ role }))
    .execute();
}
