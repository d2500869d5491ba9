// The schema's history as data: numbered steps, each applied once, in order, in one transaction; `user_version` says how far a file is.
// A released step is never edited: test/fixtures/store holds a file of every released version, and a test opens each.
import { constants, copyFileSync } from "node:fs";
import type { StoreDatabase } from "./database.ts";
import { removeFile, syncDirectory, syncFile } from "./private-files.ts";
import type { ProfileFiles } from "./profile-files.ts";

/** "kwrd", in SQLite's application_id field. */
export const APPLICATION_ID = 0x6b777264;

export interface Migration {
  /** The `user_version` after it. */
  readonly version: number;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE connection (
        provider TEXT NOT NULL,
        name TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('api_key', 'oauth2')),
        is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
        origins TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER,
        last_used_at_ms INTEGER,
        PRIMARY KEY (provider, name)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX one_default_per_provider ON connection (provider) WHERE is_default = 1;
      CREATE TABLE connection_field (
        provider TEXT NOT NULL,
        name TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
        PRIMARY KEY (provider, name, field),
        FOREIGN KEY (provider, name) REFERENCES connection (provider, name) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE placeholder (
        provider TEXT NOT NULL,
        name TEXT NOT NULL,
        field TEXT NOT NULL,
        text TEXT NOT NULL UNIQUE,
        PRIMARY KEY (provider, name, field)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE run (
        id TEXT NOT NULL PRIMARY KEY,
        started_at_ms INTEGER NOT NULL,
        record TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE authority (
        only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
        certificate_pem TEXT NOT NULL,
        private_key_pem TEXT NOT NULL
      ) STRICT;
      CREATE TABLE fact (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 2,
    sql: `
      CREATE TABLE oauth_grant (
        provider TEXT NOT NULL,
        name TEXT NOT NULL,
        field TEXT NOT NULL,
        refresh_token TEXT,
        client_id TEXT NOT NULL,
        client_secret TEXT,
        client_auth TEXT NOT NULL CHECK (client_auth IN ('post', 'basic')),
        scopes TEXT NOT NULL,
        issuer TEXT,
        token_url TEXT NOT NULL,
        revocation_url TEXT,
        obtained_at_ms INTEGER NOT NULL,
        PRIMARY KEY (provider, name),
        FOREIGN KEY (provider, name) REFERENCES connection (provider, name) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 3,
    // JSON each: how the token endpoint wants to be asked, and what a computed credential is made from (core/grant.ts).
    sql: `
      ALTER TABLE oauth_grant ADD COLUMN dialect TEXT;
      ALTER TABLE oauth_grant ADD COLUMN source TEXT;
      ALTER TABLE oauth_grant ADD COLUMN renewal TEXT CHECK (renewal IN ('client_credentials'));
      ALTER TABLE oauth_grant ADD COLUMN resource TEXT;
      ALTER TABLE oauth_grant ADD COLUMN registered_for TEXT;
    `,
  },
  {
    version: 4,
    // The vault. A version holds a value or says where it is kept; a connection may name a secret in place of a field's value.
    sql: `
      CREATE TABLE secret (
        id TEXT NOT NULL PRIMARY KEY,
        scope TEXT NOT NULL CHECK (scope IN ('user', 'workspace', 'tenant')),
        name TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        current_version INTEGER NOT NULL,
        UNIQUE (scope, name)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE secret_version (
        secret_id TEXT NOT NULL REFERENCES secret (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL,
        value TEXT,
        reference TEXT,
        PRIMARY KEY (secret_id, version),
        CHECK ((value IS NULL) <> (reference IS NULL))
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE connection_secret (
        provider TEXT NOT NULL,
        name TEXT NOT NULL,
        field TEXT NOT NULL,
        secret TEXT NOT NULL,
        PRIMARY KEY (provider, name, field),
        FOREIGN KEY (provider, name) REFERENCES connection (provider, name) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE service_connection (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        secret TEXT,
        provider TEXT,
        created_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** What this keyward reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** All or nothing: a crash at any point leaves the old version. Returns the version that was found. */
export function migrate(db: StoreDatabase, migrations: readonly Migration[] = MIGRATIONS): number {
  const found = db.pragma("user_version", { simple: true }) as number;
  const due = migrations.filter((migration) => migration.version > found);
  if (due.length === 0) return found;
  const run = db.transaction(() => {
    for (const { version, sql } of due) {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }
  });
  run.immediate();
  return found;
}

/** `<name>.db.before-v2`: the encrypted file as the older keyward left it, kept until the user removes it. */
export function backUpBeforeMigration(db: StoreDatabase, files: ProfileFiles, version: number): void {
  const copy = `${files.database}.before-v${version}`;
  db.pragma("wal_checkpoint(TRUNCATE)");
  removeFile(copy);
  copyFileSync(files.database, copy, constants.COPYFILE_EXCL);
  syncFile(copy);
  syncDirectory(files.directory);
}
