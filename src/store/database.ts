// Opens the encrypted SQLite file and sets what every connection to it must have.
// In: a path of an existing file and the key. Out: a database handle. Never creates a file, never lets the key into an error.
import Database from "better-sqlite3-multiple-ciphers";
import { KeywardError } from "../core/errors.ts";
import { storeSalt } from "./cipher-pages.ts";

export type StoreDatabase = Database.Database;

/** How long a write waits for another process, as when an old daemon is just closing. */
const BUSY_TIMEOUT_MS = 5_000;
const SYNCHRONOUS_FULL = 2;

export function openDatabase(path: string, key: Buffer, isReadonly = false): StoreDatabase {
  const db = new Database(path, { fileMustExist: true, readonly: isReadonly, timeout: BUSY_TIMEOUT_MS });
  try {
    // SQLCipher 4: AES-256-CBC, HMAC-SHA512 on every page and every frame of the log.
    db.pragma("cipher = 'sqlcipher'");
    db.pragma("legacy = 4");
    giveKey(db, key);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function giveKey(db: StoreDatabase, key: Buffer): void {
  try {
    db.pragma(`key = "x'${key.toString("hex")}${storeSalt(key).toString("hex")}'"`);
  } catch {
    // Without its cause: the text of a failed statement may be part of one.
    throw new KeywardError("STORE_UNUSABLE", "the database library did not take the key");
  }
}

/** @throws STORE_UNUSABLE when a setting that durability rests on did not take */
export function configureDatabase(db: StoreDatabase): void {
  db.pragma("temp_store = MEMORY"); // the default spills sorts, in plain text, to a file
  db.pragma("secure_delete = ON");
  db.pragma("foreign_keys = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
  const mode = db.pragma("journal_mode = WAL", { simple: true });
  // After WAL: this build lowers synchronous to NORMAL for a WAL database, and NORMAL loses acknowledged rows in a power cut.
  db.pragma("synchronous = FULL");
  if (mode !== "wal" || db.pragma("synchronous", { simple: true }) !== SYNCHRONOUS_FULL) {
    throw new KeywardError("STORE_UNUSABLE", "the database does not write durably here", {
      hint: "keep keyward's home on a local file system",
    });
  }
}

/** True when SQLite can read every page that is in use and finds them in order. */
export function isSound(db: StoreDatabase): boolean {
  return db.pragma("quick_check(1)", { simple: true }) === "ok";
}
