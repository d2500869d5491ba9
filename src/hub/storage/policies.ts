// PostgreSQL's row-level security: the second fence behind the repository's own filters. What a forgotten WHERE would show, the database hides.
// In: the tables and their fence. Out: SQL. A context that was not set matches nothing; no policy has a subquery (CockroachDB allows none).

/** `tenant`: rows of the tenant in scope. `workspace`: also of the workspace in scope, `*` being all of the tenant's. */
const TENANT = ["tenant", "workspace", "session", "invite", "device", "audit_event"];
const WORKSPACE = ["api_token", "secret", "secret_version", "connection", "provider", "run"];

/** Rows of the tenant in scope, and the rows of the person in scope in every tenant: "which tenants are mine?" */
const PERSONAL = ["tenant_member", "membership"];

/** Rows that are found by a key alone, before a tenant is known: table → the columns one of which has to equal the key in scope. */
const KEYED: Readonly<Record<string, readonly string[]>> = {
  credential: ["digest", "subject_id"],
  device_code: ["device_digest", "user_digest"],
  browser_session: ["browser_session_id"],
  user_account: ["user_id", "email", "subject"],
  idempotency: ["key_digest"],
  guess: ["name"],
};

/** Of the keyed ones, those a janitor may see and delete once they are over. */
const EXPIRING = ["credential", "device_code", "browser_session", "idempotency", "guess"];

/** Rows that name no tenant and hold nothing of one. */
const OPEN = ["last_use", "change_counter", "lease", "root_key", "schema_migration"];

export const FENCED_TABLES: readonly string[] = [...TENANT, ...WORKSPACE, ...PERSONAL, ...Object.keys(KEYED)];
export const ALL_TABLES: readonly string[] = [...FENCED_TABLES, ...OPEN];

const setting = (name: string): string => `current_setting('app.${name}', true)`;
const ofTenant = `tenant_id = ${setting("tenant_id")}`;
const ofWorkspace = `(workspace_id IS NULL OR workspace_id = ${setting("workspace_id")} OR ${setting("workspace_id")} = '*')`;

function fence(table: string): readonly string[] {
  if (TENANT.includes(table)) return [`CREATE POLICY fence ON ${table} USING (${ofTenant})`];
  if (WORKSPACE.includes(table)) return [`CREATE POLICY fence ON ${table} USING (${ofTenant} AND ${ofWorkspace})`];
  if (PERSONAL.includes(table)) {
    return [
      `CREATE POLICY fence ON ${table} USING (${ofTenant})`,
      `CREATE POLICY own ON ${table} FOR SELECT USING (user_id = ${setting("user_id")})`,
    ];
  }
  const matches = (KEYED[table] ?? []).map((column) => `${column} = ${setting("key")}`).join(" OR ");
  const isOver = `expires_at_ms < CAST(extract(epoch FROM now()) * 1000 AS BIGINT)`;
  const janitor = EXPIRING.includes(table)
    ? [`CREATE POLICY over ON ${table} FOR SELECT USING (${isOver})`, `CREATE POLICY purge ON ${table} FOR DELETE USING (${isOver})`]
    : [];
  return [`CREATE POLICY fence ON ${table} USING (${matches})`, ...janitor];
}

/** Statements of the owner that put every fence up. FORCE: they hold for the owner as well. */
export function policyStatements(): readonly string[] {
  return FENCED_TABLES.flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    ...fence(table),
  ]);
}
