// Opens a profile's encrypted store: checks every file first, then SQLite, then brings an older schema up to date.
// In: the profiles directory, a name, the 32-byte key. Out: a ProfileStore. Creates nothing; a refusal changes nothing.
import { type Clock, systemClock } from "../core/clock.ts";
import { KeywardError } from "../core/errors.ts";
import { sealBackup } from "./backup/backup-file.ts";
import { encodeContent, readContent } from "./backup/profile-content.ts";
import { KEY_BYTES } from "./cipher-pages.ts";
import { hasVerifier, readDescriptor } from "./custody/descriptor.ts";
import { configureDatabase, isSound, openDatabase, type StoreDatabase } from "./database.ts";
import { checkHeader, hasWalFrames, inspectStoreFile } from "./inspect-store-file.ts";
import { backUpBeforeMigration, migrate, SCHEMA_VERSION } from "./migrations.ts";
import { verifyPrivateFile } from "./private-files.ts";
import { type ProfileFiles, profileFiles } from "./profile-files.ts";
import type { ProfileStore } from "./profile-store.ts";
import { withStore } from "./records/access.ts";
import { ConnectionTable } from "./records/connections.ts";
import { FactTable } from "./records/facts.ts";
import { RunTable } from "./records/runs.ts";
import { SecretTable } from "./records/secrets.ts";
import { LabelledConnectionTable } from "./records/labelled-connections.ts";
import { corruptStore, guarded, wrongKey } from "./store-errors.ts";

export interface ProfileOptions {
  readonly directory: string;
  readonly name: string;
  /** 32 bytes, from custody/obtain-key.ts or custody/create-key.ts. */
  readonly key: Buffer;
  /** Stamps new connections. */
  readonly clock?: Clock;
}

/** @throws PROFILE_UNKNOWN, HOME_UNSAFE, STORE_KEY_WRONG, STORE_EMPTY, STORE_FOREIGN, STORE_TRUNCATED, STORE_CORRUPT, STORE_NEWER, STORE_FULL, STORE_UNUSABLE */
export function openProfile({ directory, name, key, clock = systemClock }: ProfileOptions): ProfileStore {
  const files = profileFiles(directory, name);
  if (verifyPrivateFile(files.database) === null) throw unknownProfile(name);
  for (const path of [files.wal, files.shm]) verifyPrivateFile(path);
  inspectStoreFile(files, { key, isKeyConfirmed: confirmKey(files, key) });
  return guarded(files.database, () => {
    if (hasWalFrames(files)) inspectWithLog(files, key);
    return assemble(files, openForWriting(files, key), clock);
  });
}

export function unknownProfile(name: string): KeywardError {
  return new KeywardError("PROFILE_UNKNOWN", `there is no profile '${name}'`, { hint: "keyward profile list" });
}

/** Whether the profile's descriptor vouches for the key. @throws STORE_KEY_WRONG when it says otherwise */
export function confirmKey(files: ProfileFiles, key: Buffer): boolean {
  if (key.length !== KEY_BYTES) throw wrongKey(files.database);
  const descriptor = readDescriptor(files);
  if (descriptor === null) return false;
  if (!hasVerifier(descriptor, key)) throw wrongKey(files.database);
  return true;
}

/** After a crash the log belongs to the file. A reader that cannot write looks at both, so a refusal folds nothing in. */
function inspectWithLog(files: ProfileFiles, key: Buffer): void {
  const db = openDatabase(files.database, key, true);
  try {
    if (!isSound(db)) throw corruptStore(files.database);
    checkHeader(files.database, {
      applicationId: db.pragma("application_id", { simple: true }) as number,
      userVersion: db.pragma("user_version", { simple: true }) as number,
    });
  } finally {
    db.close();
  }
}

function openForWriting(files: ProfileFiles, key: Buffer): StoreDatabase {
  const db = openDatabase(files.database, key);
  try {
    configureDatabase(db);
    if (!isSound(db)) throw corruptStore(files.database);
    const version = db.pragma("user_version", { simple: true }) as number;
    if (version < SCHEMA_VERSION) backUpBeforeMigration(db, files, SCHEMA_VERSION);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function assemble(files: ProfileFiles, db: StoreDatabase, clock: Clock): ProfileStore {
  const access = { db, profile: files.name, path: files.database, clock };
  const connections = new ConnectionTable(access);
  const facts = new FactTable(access);
  return {
    name: files.name,
    connections,
    runs: new RunTable(access),
    secrets: new SecretTable(access),
    labelled: new LabelledConnectionTable(access),
    readAuthority: () => facts.readAuthority(),
    writeAuthority: (authority) => facts.writeAuthority(authority),
    readFact: (name) => facts.readFact(name),
    writeFact: (name, value) => facts.writeFact(name, value),
    backUp: (passphrase, without) => {
      const content = withStore(access, () => readContent(db, { profile: files.name, madeAtMs: clock.nowMs() }, without));
      return sealBackup(encodeContent(content), passphrase);
    },
    isSound: () => guarded(files.database, () => isSound(db)),
    flush: () => connections.flush(),
    close: () => closeStore(db, connections, files),
  };
}

/** A second close does nothing. The touches are a convenience: failing to write them must not keep the file open. */
function closeStore(db: StoreDatabase, connections: ConnectionTable, files: ProfileFiles): void {
  if (!db.open) return;
  try {
    connections.flush();
  } finally {
    guarded(files.database, () => db.close());
  }
}
