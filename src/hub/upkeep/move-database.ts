// `hub migrate-db`: a team outgrows one machine. Every row of the SQLite hub goes to an empty PostgreSQL in one transaction; the source is only read.
// In: the SQLite hub's options and the owner's URL of the new database. Out: how many rows of each table were or would be copied.
import { sql, type Kysely } from "kysely";
import { KeywardError } from "../../core/errors.ts";
import type { Clock } from "../../core/clock.ts";
import { deriveKey } from "../keys/derive-key.ts";
import { readRootKeys } from "../keys/root-key.ts";
import { databaseFileIn, type HubOptions } from "../hub-options.ts";
import { migrateHub, requireSchema } from "../storage/migrate.ts";
import { openPostgres } from "../storage/open-postgres.ts";
import { openSqliteHub } from "../storage/open-sqlite.ts";
import { ALL_TABLES, FENCED_TABLES } from "../storage/policies.ts";
import type { HubTables } from "../storage/tables.ts";
import { toStorageError } from "../storage/storage-errors.ts";

export interface Move {
  readonly options: HubOptions;
  /** Of the role that owns the new database. */
  readonly toUrl: string;
  readonly isDryRun: boolean;
  readonly clock: Clock;
}

/** Parents before children, so that no foreign key is ever open. */
const ORDER = ["tenant", "workspace", "user_account", "tenant_member", "membership", "session", "secret", "secret_version", "connection"];
const TABLES = [...ORDER, ...ALL_TABLES.filter((table) => !ORDER.includes(table) && table !== "schema_migration")];
const BATCH_ROWS = 200;

/** @throws HUB_CONFLICT for a database that is not empty, HUB_UNUSABLE, HUB_DATABASE */
export async function moveDatabase({ options, toUrl, isDryRun, clock }: Move): Promise<Readonly<Record<string, number>>> {
  const roots = await readRootKeys(options.rootKey);
  const source = openSqliteHub(databaseFileIn(options.dataDir), deriveKey((roots.at(-1) ?? roots[0]).bytes, "database"), false);
  const target = openPostgres({ url: toUrl, maxConnections: 1 });
  try {
    await requireSchema(source, "sqlite");
    if (!isDryRun) await migrateHub(target, "postgres", clock.nowMs());
    // One transaction here too: what a hub that was not stopped writes meanwhile is in none of the tables, not in some.
    return await source.transaction().execute(async (snapshot) => {
      const counts = await countRows(snapshot);
      if (!isDryRun) await copyAll(snapshot, target, counts);
      return counts;
    });
  } catch (error) {
    throw toStorageError(error);
  } finally {
    await source.destroy();
    await target.destroy();
  }
}

type Row = Readonly<Record<string, unknown>>;

async function countRows(db: Kysely<HubTables>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const found = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(db);
    counts[table] = Number(found.rows[0]?.n);
  }
  return counts;
}

/** The fences bind the owner too, so they are down inside this one transaction, which nobody else sees before it is done. */
async function copyAll(source: Kysely<HubTables>, target: Kysely<HubTables>, expected: Readonly<Record<string, number>>): Promise<void> {
  await target.transaction().execute(async (tx) => {
    for (const table of FENCED_TABLES) await sql`ALTER TABLE ${sql.table(table)} NO FORCE ROW LEVEL SECURITY`.execute(tx);
    const there = await sql<{ n: number }>`SELECT count(*) AS n FROM tenant`.execute(tx);
    if (Number(there.rows[0]?.n) > 0)
      throw new KeywardError("HUB_CONFLICT", "the new database has tenants already", { hint: "give an empty database" });
    for (const table of TABLES) await copyTable(source, tx, table);
    const copied = await countRows(tx);
    const wrong = TABLES.find((table) => copied[table] !== expected[table]);
    if (wrong !== undefined)
      throw new KeywardError("HUB_CONFLICT", `the new database has other rows in ${wrong}`, { hint: "give an empty database" });
    for (const table of FENCED_TABLES) await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(tx);
  });
}

async function copyTable(source: Kysely<HubTables>, tx: Kysely<HubTables>, table: string): Promise<void> {
  for (let offset = 0; ; offset += BATCH_ROWS) {
    const { rows } = await sql<Row>`SELECT * FROM ${sql.table(table)} ORDER BY 1, 2 LIMIT ${BATCH_ROWS} OFFSET ${offset}`.execute(source);
    const [first] = rows;
    if (first === undefined) return;
    const columns = Object.keys(first);
    const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    await sql`INSERT INTO ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) VALUES ${sql.join(values)}`.execute(
      tx,
    );
  }
}
