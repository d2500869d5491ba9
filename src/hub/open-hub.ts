// Opens what a hub stands on: its root keys, its database, and the proof that the one fits the other.
// In: options. Out: storage and keys. A wrong key, a newer schema or a role that is bound by nothing fails here, before anything is served.
import type { Kysely } from "kysely";
import { KeywardError } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";
import { deriveKey } from "./keys/derive-key.ts";
import type { RootKeys } from "./keys/envelope.ts";
import { isKeyOf, keyCheckValue, readRootKeys, type RootKey } from "./keys/root-key.ts";
import { databaseFileIn, type HubOptions } from "./hub-options.ts";
import type { HubLog } from "./hub-parts.ts";
import { type Engine, migrateHub, requireSchema } from "./storage/migrate.ts";
import { openPostgres, requireBoundRole, requireFences } from "./storage/open-postgres.ts";
import { openSqliteHub } from "./storage/open-sqlite.ts";
import { createStorage, type Storage } from "./storage/storage.ts";
import { toStorageError } from "./storage/storage-errors.ts";
import type { HubTables } from "./storage/tables.ts";

export interface OpenHub {
  readonly storage: Storage;
  readonly roots: RootKeys;
  readonly engine: Engine;
}

export interface Opening {
  readonly options: HubOptions;
  readonly clock: Clock;
  readonly log: HubLog;
  /** `hub init`: create and migrate. `hub serve` only opens. */
  readonly mayCreate: boolean;
}

/** @throws HUB_KEY, HUB_SCHEMA, HUB_UNUSABLE, HUB_DATABASE */
export async function openHub({ options, clock, log, mayCreate }: Opening): Promise<OpenHub> {
  const roots = await readRootKeys(options.rootKey);
  const engine: Engine = options.databaseUrl === undefined ? "sqlite" : "postgres";
  const { db, owner } = connect(options, { roots, log, mayCreate });
  try {
    if (engine === "postgres") await requireBoundRole(db);
    if (mayCreate) await migrateHub(owner, engine, clock.nowMs());
    await requireSchema(db, engine);
    if (engine === "postgres") await requireFences(db);
    await proveKeys(db, roots, { mayCreate, nowMs: clock.nowMs() });
    return { storage: createStorage(db, engine), roots, engine };
  } catch (error) {
    await db.destroy();
    throw toStorageError(error);
  } finally {
    if (owner !== db) await owner.destroy();
  }
}

interface Means {
  readonly roots: RootKeys;
  readonly log: HubLog;
  readonly mayCreate: boolean;
}

function connect(options: HubOptions, { roots, log, mayCreate }: Means): { db: Kysely<HubTables>; owner: Kysely<HubTables> } {
  if (options.databaseUrl === undefined) {
    // The oldest key: the file does not follow when the root key is changed (see hub rotate-key).
    const key = deriveKey((roots.at(-1) ?? roots[0]).bytes, "database");
    const db = openSqliteHub(databaseFileIn(options.dataDir), key, mayCreate);
    return { db, owner: db };
  }
  const onLost = (code: string): void => log.error("database connection lost", { code });
  const db = openPostgres({ url: options.databaseUrl, onLost });
  const owner = mayCreate && options.ownerUrl !== undefined ? openPostgres({ url: options.ownerUrl, maxConnections: 1, onLost }) : db;
  return { db, owner };
}

/** Every key the data was written under is there and is the right one; a new one is remembered. */
async function proveKeys(
  db: Kysely<HubTables>,
  roots: RootKeys,
  at: { readonly mayCreate: boolean; readonly nowMs: number },
): Promise<void> {
  const known = await db.selectFrom("root_key").selectAll().execute();
  if (known.length === 0 && !at.mayCreate) throw new KeywardError("HUB_SCHEMA", "the hub is not set up yet", { hint: "keyward hub init" });
  for (const root of roots) {
    const row = known.find((each) => each.root_key_id === root.id);
    if (row === undefined) await remember(db, root, at.nowMs);
    else if (!isKeyOf(root, row.check_value)) {
      throw new KeywardError("HUB_KEY", `root key ${root.id} is not the one this hub's data was sealed with`, {
        hint: "use the key of this hub",
      });
    }
  }
}

async function remember(db: Kysely<HubTables>, root: RootKey, nowMs: number): Promise<void> {
  const row = { root_key_id: root.id, check_value: keyCheckValue(root), created_at_ms: nowMs };
  await db
    .insertInto("root_key")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
