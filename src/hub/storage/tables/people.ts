// Who there is: tenants, workspaces, people and what each may do where.
// In and out: rows as kysely reads and writes them; see ../tables.ts for units.

/** An organisation. */
export interface TenantTable {
  readonly tenant_id: string;
  name: string;
  /** 1: its members may log devices in with a code. */
  device_login: number;
  /** How long a daemon may serve from its cache without the hub; 0 = not at all. */
  max_offline_ms: number;
  /** The tenant's key, wrapped by the root key `root_key_id`. */
  wrapped_key: Buffer;
  root_key_id: string;
  created_at_ms: number;
}

export interface WorkspaceTable {
  readonly tenant_id: string;
  readonly workspace_id: string;
  slug: string;
  name: string;
  etag: string;
  created_at_ms: number;
  deleted_at_ms: number | null;
}

/** A person. `email` is lower case; a person who signs in elsewhere has no password and is found by `subject`. */
export interface UserTable {
  readonly user_id: string;
  email: string;
  name: string;
  password_hash: string | null;
  /** `issuer|sub` of the upstream OpenID provider. */
  subject: string | null;
  created_at_ms: number;
  disabled_at_ms: number | null;
}

/** `role`: tenant_admin or tenant_member. Name and email are copies, so that a list of members needs no row of another tenant's people. */
export interface TenantMemberTable {
  readonly tenant_id: string;
  readonly user_id: string;
  role: string;
  email: string;
  name: string;
  created_at_ms: number;
}

/** `role`: owner, admin, member or viewer. */
export interface MembershipTable {
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly user_id: string;
  role: string;
  email: string;
  name: string;
  created_at_ms: number;
}

export interface InviteTable {
  readonly tenant_id: string;
  readonly invite_id: string;
  workspace_id: string | null;
  email: string | null;
  role: string;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number;
  used_at_ms: number | null;
}
