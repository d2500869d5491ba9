// The hub's default database: one encrypted SQLite file of one process, opened as every keyward store is.
// In: a path and a key derived from the root key. Out: a kysely handle. Never creates over an existing file.
import { existsSync } from "node:fs";
import { Kysely, SqliteDialect } from "kysely";
import { KeywardError } from "../../core/errors.ts";
import { configureDatabase, openDatabase, type StoreDatabase } from "../../store/database.ts";
import { createPrivateFile, verifyPrivateFile } from "../../store/private-files.ts";
import { closeSync } from "node:fs";
import type { HubTables } from "./tables.ts";

/** "kwhb", in SQLite's application_id field: a hub's database is not a profile. */
const APPLICATION_ID = 0x6b776862;

/** @throws HUB_UNUSABLE for a file that is not a hub's or a key that is not its, HOME_UNSAFE, STORE_UNUSABLE */
export function openSqliteHub(path: string, key: Buffer, mayCreate: boolean): Kysely<HubTables> {
  const isNew = !existsSync(path);
  if (isNew && !mayCreate) throw new KeywardError("HUB_UNUSABLE", `there is no hub database at ${path}`, { hint: "keyward hub init" });
  if (isNew) closeSync(createPrivateFile(path));
  verifyPrivateFile(path);
  const database = openDatabase(path, key);
  try {
    if (isNew) database.pragma(`application_id = ${APPLICATION_ID}`);
    requireHubFile(database, path);
    configureDatabase(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return new Kysely<HubTables>({ dialect: new SqliteDialect({ database }) });
}

function requireHubFile(database: StoreDatabase, path: string): void {
  let id: unknown;
  try {
    id = database.pragma("application_id", { simple: true });
  } catch {
    // Without its cause: SQLite says the same of a wrong key and a damaged first page.
    throw new KeywardError("HUB_UNUSABLE", `the root key does not open ${path}, or the file is damaged`, {
      hint: "use the root key of this hub",
    });
  }
  if (id !== APPLICATION_ID)
    throw new KeywardError("HUB_UNUSABLE", `${path} is not a hub's database`, { hint: "name another with --data" });
}
