// Everything a profile knows, taken out of the database and put into a new one. The rows are those of one schema version, so an
// older backup goes through the same migrations as an older file. In: an open database, or bytes. Out: the other of the two.
// Live runs and facts of the running daemon stay behind: they mean nothing to another process.
import type { ConnectionRef } from "../../core/connection.ts";
import { NAME_PATTERN } from "../../core/names.ts";
import type { StoreDatabase } from "../database.ts";
import { migrate, MIGRATIONS, SCHEMA_VERSION } from "../migrations.ts";
import { corruptBackup, newerBackup } from "./backup-errors.ts";

type Value = string | number | null;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export interface ProfileContent {
  readonly profile: string;
  readonly madeAtMs: number;
  readonly schema: number;
  readonly tables: Readonly<Record<string, Table>>;
}

const LEFT_BEHIND: readonly string[] = ["run", "fact"];

/** One moment of the store. @param without connections that stay behind, with all that is theirs */
export function readContent(
  db: StoreDatabase,
  made: Pick<ProfileContent, "profile" | "madeAtMs">,
  without: readonly ConnectionRef[] = [],
): ProfileContent {
  const left = new Set(without.map(({ provider, name }) => `${provider} ${name}`));
  const read = db.transaction((): ProfileContent => {
    const schema = db.pragma("user_version", { simple: true }) as number;
    return { ...made, schema, tables: Object.fromEntries(tablesOf(db).map((name) => [name, leave(readTable(db, name), left)])) };
  });
  return read.deferred();
}

/** Fills an empty database and leaves it at the content's own schema. @throws BACKUP_CORRUPT when the rows break the schema */
export function writeContent(db: StoreDatabase, { schema, tables }: ProfileContent): void {
  migrate(db, MIGRATIONS.slice(0, schema));
  const known = tablesOf(db);
  if (Object.keys(tables).some((name) => !known.includes(name))) throw corruptBackup();
  const write = db.transaction(() => {
    db.pragma("defer_foreign_keys = ON");
    for (const name of known) writeTable(db, name, tables[name]);
  });
  try {
    write.immediate();
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT")) throw corruptBackup();
    throw error;
  }
}

export function encodeContent(content: ProfileContent): Buffer {
  return Buffer.from(JSON.stringify(content), "utf8");
}

/** @throws BACKUP_CORRUPT, BACKUP_NEWER */
export function decodeContent(bytes: Buffer): ProfileContent {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw corruptBackup();
  }
  const { profile, madeAtMs, schema, tables } = (value ?? {}) as Partial<Record<keyof ProfileContent, unknown>>;
  if (typeof schema !== "number" || !Number.isInteger(schema) || schema < 1) throw corruptBackup();
  if (schema > SCHEMA_VERSION) throw newerBackup();
  const isNamed = typeof profile === "string" && NAME_PATTERN.test(profile);
  if (!isNamed || typeof madeAtMs !== "number" || typeof tables !== "object" || tables === null) throw corruptBackup();
  if (!Object.values(tables).every(isTable)) throw corruptBackup();
  return { profile, madeAtMs, schema, tables: tables as Record<string, Table> };
}

function tablesOf(db: StoreDatabase): string[] {
  const names = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all();
  return names.filter((name) => !LEFT_BEHIND.includes(name));
}

function columnsOf(db: StoreDatabase, table: string): string[] {
  return db.prepare<[string], string>("SELECT name FROM pragma_table_info(?) ORDER BY cid").pluck().all(table);
}

function readTable(db: StoreDatabase, name: string): Table {
  const columns = columnsOf(db, name);
  return { columns, rows: db.prepare<[], Value[]>(`SELECT * FROM "${name}"`).raw().all() };
}

/** Of tables whose rows are a connection's. */
function leave(table: Table, left: ReadonlySet<string>): Table {
  const [provider, name] = [table.columns.indexOf("provider"), table.columns.indexOf("name")];
  if (left.size === 0 || provider < 0 || name < 0) return table;
  return { ...table, rows: table.rows.filter((row) => !left.has(`${row[provider]} ${row[name]}`)) };
}

/** Only names that the schema has get into a statement. */
function writeTable(db: StoreDatabase, name: string, table: Table | undefined): void {
  if (table === undefined) return;
  const known = columnsOf(db, name);
  const { columns, rows } = table;
  if (columns.length !== new Set(columns).size || columns.some((column) => !known.includes(column))) throw corruptBackup();
  if (rows.some((row) => row.length !== columns.length)) throw corruptBackup();
  const names = columns.map((column) => `"${column}"`).join(", ");
  const insert = db.prepare(`INSERT INTO "${name}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
  for (const row of rows) insert.run(...row);
}

function isTable(value: unknown): value is Table {
  const { columns, rows } = (value ?? {}) as Partial<Record<keyof Table, unknown>>;
  const isValue = (item: unknown): boolean => item === null || typeof item === "string" || typeof item === "number";
  return (
    Array.isArray(columns) &&
    columns.length > 0 &&
    columns.every((column) => typeof column === "string") &&
    Array.isArray(rows) &&
    rows.every((row) => Array.isArray(row) && row.every(isValue))
  );
}
