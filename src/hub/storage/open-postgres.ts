// A hub's PostgreSQL: the pool, made to survive a database that hangs, dies or comes back as another machine.
// In: a URL. Out: a kysely handle and its pool. The URL holds a password: it is never logged and never in an error.
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { KeywardError } from "../../core/errors.ts";
import { FENCED_TABLES } from "./policies.ts";
import type { HubTables } from "./tables.ts";

/** For a connection, be it new or one that others have before: a crowd that wakes at once is not a database that is away. */
const CONNECT_TIMEOUT_MS = 5_000;
/** The database ends what takes longer. */
const STATEMENT_TIMEOUT_MS = 4_000;
/** A stopped database ends nothing: then the client gives up, so that requests do not pile up behind it. */
const QUERY_TIMEOUT_MS = 4_500;
const MAX_CONNECTIONS = 10;
const INT8 = 20;

export interface PostgresOptions {
  readonly url: string;
  readonly maxConnections?: number;
  /** A connection was lost; the pool replaces it. Never called with anything of the query. */
  readonly onLost?: (code: string) => void;
}

export function openPostgres({ url, maxConnections = MAX_CONNECTIONS, onLost }: PostgresOptions): Kysely<HubTables> {
  const lost = (error: Error & { code?: string }): void => onLost?.(error.code ?? "unknown");
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: "keyward hub",
    // Times and counters are far below 2^53; without this they would be strings.
    types: { getTypeParser: (oid, format) => (Number(oid) === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // Both are needed: a client that is checked out has no other listener, and its 'error' would end the process.
  pool.on("error", lost);
  pool.on("connect", (client) => {
    client.on("error", lost);
    endWhenLate(client);
  });
  return new Kysely<HubTables>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * A query that was given up is still under way on its connection, and the driver forgets a ROLLBACK that waits behind it: back in the
 * pool, the next request would commit what this one began. So the connection goes, and the database rolls back by itself.
 */
function endWhenLate(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const { stream } = (client as unknown as { readonly connection: { readonly stream: { destroy(error: Error): void } } }).connection;
  const guarded = (...args: readonly unknown[]): unknown => {
    const result = query(...args);
    if (result instanceof Promise) {
      result.catch((error: unknown) => {
        if (error instanceof Error && error.message === "Query read timeout") stream.destroy(error);
      });
    }
    return result;
  };
  client.query = guarded as typeof client.query;
}

/** @throws HUB_UNUSABLE when a fence was taken down: who owns the tables can do that, and a restored dump can be without them */
export async function requireFences(db: Kysely<HubTables>): Promise<void> {
  const found = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relforcerowsecurity`.execute(db);
  const up = new Set(found.rows.map(({ name }) => name));
  const down = FENCED_TABLES.filter((table) => !up.has(table));
  if (down.length === 0) return;
  throw new KeywardError("HUB_UNUSABLE", `row-level security is not forced on the table${down.length > 1 ? "s" : ""} ${down.join(", ")}`, {
    hint: "as the owner: ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
  });
}

/** @throws HUB_UNUSABLE for a role that row-level security does not bind */
export async function requireBoundRole(db: Kysely<HubTables>): Promise<void> {
  const found = await sql<{ name: string; free: boolean }>`
    SELECT rolname AS name, (rolsuper OR rolbypassrls) AS free FROM pg_roles WHERE rolname = current_user`.execute(db);
  const role = found.rows[0];
  if (role?.free !== false) {
    throw new KeywardError("HUB_UNUSABLE", `the database role ${role?.name ?? "?"} bypasses row-level security`, {
      hint: "connect as an ordinary role: CREATE ROLE keyward_hub LOGIN NOBYPASSRLS",
    });
  }
}
