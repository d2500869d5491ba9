// The statements behind connections.ts, prepared once per open store.
// In: an open database. Out: statements with typed rows. Holds no values.
import type { ConnectionRef } from "../../core/connection.ts";
import type { StoreDatabase } from "../database.ts";

export interface ConnectionRow extends ConnectionRef {
  readonly id: string;
  readonly kind: string;
  readonly is_default: 0 | 1;
  /** JSON: [{host, port}] */
  readonly origins: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly last_used_at_ms: number | null;
}

/** A secret field comes without its value here. */
export interface ShownField extends ConnectionRef {
  readonly field: string;
  readonly is_public: 0 | 1;
  readonly value: string | null;
}

/** A field whose value is a secret of the vault. */
export interface SecretFieldRow extends ConnectionRef {
  readonly field: string;
  readonly secret: string;
}

export interface PlaceholderRow extends ConnectionRef {
  readonly field: string;
  readonly text: string;
}

interface InsertedConnection extends ConnectionRef {
  readonly id: string;
  readonly kind: string;
  readonly isDefault: 0 | 1;
  readonly origins: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
}

type Field = ConnectionRef & { readonly field: string };

const THIS_ONE = "provider = @provider AND name = @name";

// oxlint-disable-next-line typescript/explicit-function-return-type -- the statements' own types are the point
export function prepareConnectionSql(db: StoreDatabase) {
  return {
    all: db.prepare<[], ConnectionRow>("SELECT * FROM connection ORDER BY provider, name"),
    one: db.prepare<ConnectionRef, ConnectionRow>(`SELECT * FROM connection WHERE ${THIS_ONE}`),
    names: db.prepare<[string], string>("SELECT name FROM connection WHERE provider = ? ORDER BY name").pluck(),
    insert: db.prepare<InsertedConnection>(
      `INSERT INTO connection (provider, name, id, kind, is_default, origins, created_at_ms, expires_at_ms)
       VALUES (@provider, @name, @id, @kind, @isDefault, @origins, @createdAtMs, @expiresAtMs)`,
    ),
    remove: db.prepare<ConnectionRef>(`DELETE FROM connection WHERE ${THIS_ONE}`),
    used: db.prepare<ConnectionRef & { readonly atMs: number }>(`UPDATE connection SET last_used_at_ms = @atMs WHERE ${THIS_ONE}`),
    clearDefault: db.prepare<[string]>("UPDATE connection SET is_default = 0 WHERE provider = ? AND is_default = 1"),
    makeDefault: db.prepare<ConnectionRef>(`UPDATE connection SET is_default = 1 WHERE ${THIS_ONE}`),
    shownFields: db.prepare<[], ShownField>(
      "SELECT provider, name, field, is_public, CASE is_public WHEN 1 THEN value END AS value FROM connection_field",
    ),
    placeholderRows: db.prepare<[], PlaceholderRow>("SELECT provider, name, field, text FROM placeholder"),
    secretRows: db.prepare<[], SecretFieldRow>("SELECT provider, name, field, secret FROM connection_secret"),
    insertSecret: db.prepare<SecretFieldRow>(
      "INSERT INTO connection_secret (provider, name, field, secret) VALUES (@provider, @name, @field, @secret)",
    ),
    /** Changes when another connection to the file commits. */
    foreignChanges: db.prepare<[], number>("PRAGMA data_version").pluck(),
    values: db.prepare<ConnectionRef, { readonly field: string; readonly value: string }>(
      `SELECT field, value FROM connection_field WHERE ${THIS_ONE}`,
    ),
    insertField: db.prepare<Field & { readonly value: string; readonly isPublic: 0 | 1 }>(
      "INSERT INTO connection_field (provider, name, field, value, is_public) VALUES (@provider, @name, @field, @value, @isPublic)",
    ),
    placeholders: db.prepare<ConnectionRef, { readonly field: string; readonly text: string }>(
      `SELECT field, text FROM placeholder WHERE ${THIS_ONE}`,
    ),
    allPlaceholders: db.prepare<[], string>("SELECT text FROM placeholder ORDER BY text").pluck(),
    putPlaceholder: db.prepare<Field & { readonly text: string }>(
      `INSERT INTO placeholder (provider, name, field, text) VALUES (@provider, @name, @field, @text)
       ON CONFLICT (provider, name, field) DO UPDATE SET text = excluded.text`,
    ),
    forgetPlaceholders: db.prepare<[string]>("DELETE FROM placeholder WHERE provider = ?"),
  };
}
