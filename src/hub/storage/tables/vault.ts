// What a team shares: secrets and their versions, connections and provider definitions.
// In and out: rows as kysely reads and writes them; see ../tables.ts for units.

/** `workspace_id` is null for tenant and user scope, `user_id` for all but user scope. `rev` is the tenant's when the row last changed. */
export interface SecretTable {
  readonly tenant_id: string;
  readonly secret_id: string;
  workspace_id: string | null;
  user_id: string | null;
  scope: string;
  name: string;
  current_version: number;
  rev: number;
  etag: string;
  created_at_ms: number;
  updated_at_ms: number;
  deleted_at_ms: number | null;
  purge_at_ms: number | null;
}

/** `state`: enabled, disabled or destroyed (its bytes are gone). */
export interface SecretVersionTable {
  readonly tenant_id: string;
  readonly secret_id: string;
  readonly version: number;
  workspace_id: string | null;
  state: string;
  /** The version's own key, wrapped by the tenant's; null once destroyed. */
  wrapped_key: Buffer | null;
  sealed: Buffer | null;
  created_by: string;
  created_at_ms: number;
}

export interface ConnectionTable {
  readonly tenant_id: string;
  readonly workspace_id: string | null;
  readonly connection_id: string;
  user_id: string | null;
  scope: string;
  provider: string;
  name: string;
  kind: string;
  label: string;
  secret_id: string | null;
  /** JSON: the exact origins the credential may go to. */
  origins: string;
  rev: number;
  etag: string;
  created_at_ms: number;
  updated_at_ms: number;
  deleted_at_ms: number | null;
}

export interface ProviderTable {
  readonly tenant_id: string;
  readonly workspace_id: string | null;
  readonly provider_id: string;
  definition: string;
  rev: number;
  etag: string;
  updated_at_ms: number;
  deleted_at_ms: number | null;
}
