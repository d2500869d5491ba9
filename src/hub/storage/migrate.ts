// Brings a hub's database to this version's schema: numbered steps, each once, in order, by one replica at a time.
// In: a kysely handle of the owner and the engine. Out: the version reached. Expand and contract: a step never breaks the version before it.
import { type Kysely, sql } from "kysely";
import { KeywardError } from "../../core/errors.ts";
import { policyStatements } from "./policies.ts";
import { first } from "./steps/0001-first.ts";
import type { HubTables } from "./tables.ts";

export type Engine = "sqlite" | "postgres";

/** The engine's words for what the common subset does not name alike. */
export interface Words {
  readonly bytes: string;
  readonly int: string;
  /** After a table's closing bracket. */
  readonly strict: string;
}

const WORDS: Readonly<Record<Engine, Words>> = {
  sqlite: { bytes: "BLOB", int: "INTEGER", strict: " STRICT" },
  postgres: { bytes: "BYTEA", int: "BIGINT", strict: "" },
};

interface Step {
  readonly version: number;
  readonly statements: (words: Words, engine: Engine) => readonly string[];
}

const STEPS: readonly Step[] = [
  { version: 1, statements: (words, engine) => [...first(words), ...(engine === "postgres" ? policyStatements() : [])] },
];

export const HUB_SCHEMA_VERSION = STEPS.length;

/** An older replica keeps working on a schema this much newer. */
const READABLE_AHEAD = 1;

/** The version the database is at; 0 for an empty one. */
export async function schemaVersion(db: Kysely<HubTables>, engine: Engine): Promise<number> {
  const exists =
    engine === "sqlite"
      ? sql<{ n: number }>`SELECT count(*) AS n FROM sqlite_master WHERE name = 'schema_migration'`
      : sql<{ n: number }>`SELECT count(*) AS n FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migration'`;
  const found = await exists.execute(db);
  if (Number(found.rows[0]?.n) === 0) return 0;
  const row = await db
    .selectFrom("schema_migration")
    .select(({ fn }) => fn.max("version").as("version"))
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}

/** Applies what is missing. All or nothing per step; a second runner waits for the first and finds nothing left to do. */
export async function migrateHub(db: Kysely<HubTables>, engine: Engine, nowMs: number): Promise<number> {
  const words = WORDS[engine];
  const integer = words.int;
  await sql
    .raw(`CREATE TABLE IF NOT EXISTS schema_migration (version ${integer} NOT NULL PRIMARY KEY, applied_at_ms ${integer} NOT NULL)`)
    .execute(db);
  for (const step of STEPS) {
    await db.transaction().execute(async (tx) => {
      // The row is the lock: a second runner waits here for the first one's commit and then inserts nothing.
      const claim = tx.insertInto("schema_migration").values({ version: step.version, applied_at_ms: nowMs });
      const { numInsertedOrUpdatedRows } = await claim.onConflict((row) => row.doNothing()).executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) return;
      for (const statement of step.statements(words, engine)) await sql.raw(statement).execute(tx);
    });
  }
  return await schemaVersion(db, engine);
}

/** @throws HUB_SCHEMA when the database is too old or too new for this program */
export async function requireSchema(db: Kysely<HubTables>, engine: Engine): Promise<void> {
  const version = await schemaVersion(db, engine);
  if (version < HUB_SCHEMA_VERSION) {
    throw new KeywardError("HUB_SCHEMA", `the hub's database is at version ${version}, this keyward needs ${HUB_SCHEMA_VERSION}`, {
      hint: "keyward hub init",
    });
  }
  if (version > HUB_SCHEMA_VERSION + READABLE_AHEAD) {
    throw new KeywardError("HUB_SCHEMA", `the hub's database is at version ${version}, written by a newer keyward`, {
      hint: "install that version",
    });
  }
}
