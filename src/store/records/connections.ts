// Connections with their fields and placeholders. A credential leaves only through `credential`, and as `Secret`.
// Placeholders sit in a table of their own, so that they outlive a logout (a tool may have stored one).
import type { Connection, ConnectionKind, ConnectionRef, Credential, Origin } from "../../core/connection.ts";
import { describeConnection, REFRESH_STAND_IN } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import type { ConnectionRecords, NewConnection, OAuthGrant, RenewedTokens } from "../profile-store.ts";
import { type Access, inTransaction, withStore } from "./access.ts";
import { GrantTable } from "./grants.ts";
import { type ConnectionRow, type PlaceholderRow, prepareConnectionSql, type SecretFieldRow, type ShownField } from "./connection-sql.ts";

export class ConnectionTable implements ConnectionRecords {
  readonly #access: Access;
  readonly #sql: ReturnType<typeof prepareConnectionSql>;
  readonly #grants: GrantTable;
  /** Last uses not written yet: a request must not wait for the disk only to say that it happened. */
  readonly #touched = new Map<string, ConnectionRef & { readonly atMs: number }>();

  #cached: { readonly version: number | null; readonly connections: ReadonlyMap<string, Connection> } | null = null;

  constructor(access: Access) {
    this.#access = access;
    this.#sql = prepareConnectionSql(access.db);
    this.#grants = new GrantTable(access);
  }

  list(): Connection[] {
    return withStore(this.#access, () => [...this.#snapshot().values()].map((connection) => this.#withLastUse(connection)));
  }

  find(ref: ConnectionRef): Connection | null {
    return withStore(this.#access, () => {
      const connection = this.#snapshot().get(keyOf(ref));
      return connection === undefined ? null : this.#withLastUse(connection);
    });
  }

  put(connection: NewConnection): Connection {
    const ref = { provider: connection.provider, name: connection.name };
    this.#change(() => {
      const before = this.#sql.one.get(ref);
      const isFirst = this.#sql.names.all(ref.provider).length === 0;
      // The fields of the old credential go with it (ON DELETE CASCADE); secure_delete overwrites them.
      this.#sql.remove.run(ref);
      this.#sql.insert.run({
        ...ref,
        id: newId("con"),
        kind: connection.kind,
        isDefault: isFirst || before?.is_default === 1 ? 1 : 0,
        origins: JSON.stringify(connection.origins.map(({ host, port }) => ({ host, port }))),
        createdAtMs: this.#access.clock.nowMs(),
        expiresAtMs: connection.expiresAtMs,
      });
      this.#insertFields(ref, connection);
      for (const [field, secret] of Object.entries(connection.secrets ?? {})) this.#sql.insertSecret.run({ ...ref, field, secret });
      if (connection.grant !== undefined) this.#grants.insert(ref, connection.grant);
      for (const [field, text] of Object.entries(connection.placeholders)) this.#sql.putPlaceholder.run({ ...ref, field, text });
    });
    this.#touched.delete(keyOf(ref));
    const stored = this.find(ref);
    if (stored === null) throw new KeywardError("INTERNAL", `${describeConnection(ref)} was stored and is not there`);
    return stored;
  }

  placeholders(ref: ConnectionRef): Readonly<Record<string, string>> | null {
    return withStore(this.#access, () => {
      const rows = this.#sql.placeholders.all(ref);
      return rows.length === 0 ? null : Object.fromEntries(rows.map(({ field, text }) => [field, text]));
    });
  }

  allPlaceholders(): string[] {
    return withStore(this.#access, () => this.#sql.allPlaceholders.all());
  }

  credential(ref: ConnectionRef): Credential | null {
    return withStore(this.#access, () => {
      const row = this.#sql.one.get(ref);
      if (row === undefined) return null;
      const fields = this.#sql.values.all(ref).map(({ field, value }) => [field, new Secret(value)] as const);
      return { connectionId: row.id, fields: Object.fromEntries(fields), expiresAtMs: row.expires_at_ms };
    });
  }

  grant(ref: ConnectionRef): OAuthGrant | null {
    return withStore(this.#access, () => this.#grants.find(ref));
  }

  renew(connectionId: string, tokens: RenewedTokens): boolean {
    return this.#change(() => this.#grants.renew(connectionId, tokens));
  }

  remove(ref: ConnectionRef): boolean {
    return this.#change(() => {
      const wasThere = this.#sql.remove.run({ provider: ref.provider, name: ref.name }).changes > 0;
      const left = this.#sql.names.all(ref.provider);
      const sole = left.length === 1 ? left[0] : undefined;
      if (wasThere && sole !== undefined) this.#sql.makeDefault.run({ provider: ref.provider, name: sole });
      this.#touched.delete(keyOf(ref));
      return wasThere;
    });
  }

  forget(provider: string): ConnectionRef[] {
    return this.#change(() => {
      const gone = this.#sql.names.all(provider).map((name) => ({ provider, name }));
      for (const ref of gone) {
        this.#sql.remove.run(ref);
        this.#touched.delete(keyOf(ref));
      }
      this.#sql.forgetPlaceholders.run(provider);
      return gone;
    });
  }

  setDefault({ provider, name }: ConnectionRef): void {
    this.#change(() => {
      this.#sql.clearDefault.run(provider);
      if (this.#sql.makeDefault.run({ provider, name }).changes === 1) return;
      throw new KeywardError("LOGIN_REQUIRED", `${describeConnection({ provider, name })} is not connected`, {
        hint: `keyward login ${provider} --connection ${name}`,
      });
    });
  }

  touch({ provider, name }: ConnectionRef, atMs: number): void {
    this.#touched.set(keyOf({ provider, name }), { provider, name, atMs });
  }

  /** Writes the last uses; those noted while a write fails are kept for the next try. */
  flush(): void {
    if (this.#touched.size === 0) return;
    this.#change(() => {
      for (const { provider, name, atMs } of this.#touched.values()) this.#sql.used.run({ provider, name, atMs });
    });
    this.#touched.clear();
  }

  #insertFields(ref: ConnectionRef, { fields, publicFieldNames }: NewConnection): void {
    for (const [field, secret] of Object.entries(fields)) {
      this.#sql.insertField.run({ ...ref, field, value: secret.reveal(), isPublic: publicFieldNames.includes(field) ? 1 : 0 });
    }
  }

  #change<T>(write: () => T): T {
    this.#cached = null;
    return inTransaction(this.#access, write);
  }

  /** Every request asks which connections there are, so they are read again only after a change, by us or by another process. */
  #snapshot(): ReadonlyMap<string, Connection> {
    const version = this.#sql.foreignChanges.get() ?? null;
    if (this.#cached === null || this.#cached.version !== version) {
      const fields = groupByRef(this.#sql.shownFields.all());
      const placeholders = groupByRef(this.#sql.placeholderRows.all());
      const secrets = groupByRef(this.#sql.secretRows.all());
      const connections = this.#sql.all.all().map((row) => {
        const key = keyOf(row);
        return [
          key,
          assemble(row, { fields: fields.get(key) ?? [], placeholders: placeholders.get(key) ?? [], secrets: secrets.get(key) ?? [] }),
        ] as const;
      });
      this.#cached = { version, connections: new Map(connections) };
    }
    return this.#cached.connections;
  }

  #withLastUse(connection: Connection): Connection {
    const lastUse = this.#touched.get(keyOf(connection));
    return lastUse === undefined ? connection : { ...connection, lastUsedAtMs: lastUse.atMs };
  }
}

interface Belonging {
  readonly fields: readonly ShownField[];
  readonly placeholders: readonly PlaceholderRow[];
  readonly secrets: readonly SecretFieldRow[];
}

function assemble(row: ConnectionRow, { fields, placeholders, secrets }: Belonging): Connection {
  const secretNames = new Set([...fields.filter((field) => field.is_public === 0), ...secrets].map((field) => field.field));
  const own = placeholders.filter(({ field }) => secretNames.has(field) || field === REFRESH_STAND_IN);
  const shown = fields.filter((field) => field.is_public === 1);
  return {
    provider: row.provider,
    name: row.name,
    id: row.id,
    kind: row.kind as ConnectionKind,
    isDefault: row.is_default === 1,
    origins: JSON.parse(row.origins) as Origin[],
    placeholders: Object.fromEntries(own.map(({ field, text }) => [field, text])),
    publicFields: Object.fromEntries(shown.map(({ field, value }) => [field, value ?? ""])),
    ...(secrets.length === 0 ? {} : { secrets: Object.fromEntries(secrets.map(({ field, secret }) => [field, secret])) }),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
  };
}

function groupByRef<T extends ConnectionRef>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Neither part can hold a NUL, so two refs never share a key. */
function keyOf(ref: ConnectionRef): string {
  return `${ref.provider}\0${ref.name}`;
}
