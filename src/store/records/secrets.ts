// The vault's table: named secrets and their numbered versions. A value leaves only through `content`, and as `Secret`.
// In: names, scopes, contents. Out: metadata. `secure_delete` overwrites what is removed.
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import { SECRET_SCOPES, type SecretRef, type SecretScope } from "../../core/vault/words.ts";
import { type Access, inTransaction, withStore } from "./access.ts";
import type { SecretContent, SecretRecords, SecretVersion, StoredSecret } from "./secret-records.ts";

interface SecretRow {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly version: number;
  readonly reference: string | null;
  readonly versions: number;
}

interface VersionRow {
  readonly version: number;
  readonly created_at_ms: number;
  readonly value: string | null;
  readonly reference: string | null;
}

const WITH_CURRENT = `
  SELECT secret.id, scope, name, secret.created_at_ms, secret_version.created_at_ms AS updated_at_ms, secret_version.version,
         secret_version.reference, (SELECT count(*) FROM secret_version AS every WHERE every.secret_id = secret.id) AS versions
  FROM secret JOIN secret_version ON secret_version.secret_id = secret.id AND secret_version.version = secret.current_version`;

export class SecretTable implements SecretRecords {
  readonly #access: Access;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(access: Access) {
    this.#access = access;
    this.#sql = prepare(access);
  }

  list(): StoredSecret[] {
    const nearness = (secret: StoredSecret): number => SECRET_SCOPES.indexOf(secret.scope);
    const byName = (a: StoredSecret, b: StoredSecret): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : nearness(a) - nearness(b));
    return withStore(this.#access, () => this.#sql.all.all().map(toSecret).sort(byName));
  }

  find({ scope, name }: SecretRef): StoredSecret | null {
    return withStore(this.#access, () => {
      const row = this.#sql.one.get(scope, name);
      return row === undefined ? null : toSecret(row);
    });
  }

  versions({ scope, name }: SecretRef): SecretVersion[] {
    return withStore(this.#access, () =>
      this.#sql.versions
        .all(scope, name)
        .map(({ version, created_at_ms, reference }) => ({ version, createdAtMs: created_at_ms, reference })),
    );
  }

  content(ref: SecretRef, version: number | null): SecretContent | null {
    return withStore(this.#access, () => {
      const row = this.#sql.version.get({ scope: ref.scope, name: ref.name, version });
      if (row === undefined) return null;
      return row.reference === null ? { value: new Secret(row.value ?? "") } : { reference: row.reference };
    });
  }

  put(entries: readonly (SecretRef & { readonly content: SecretContent })[]): StoredSecret[] {
    inTransaction(this.#access, () => {
      for (const { scope, name, content } of entries) this.#putOne({ scope, name }, content);
    });
    return entries.map((entry) => {
      const stored = this.find(entry);
      if (stored === null) throw new KeywardError("INTERNAL", "a secret was stored and is not there");
      return stored;
    });
  }

  remove({ scope, name }: SecretRef): boolean {
    return inTransaction(this.#access, () => this.#sql.remove.run(scope, name).changes > 0);
  }

  #putOne({ scope, name }: SecretRef, content: SecretContent): void {
    const atMs = this.#access.clock.nowMs();
    const before = this.#sql.one.get(scope, name);
    const id = before?.id ?? newId("sec");
    const version = (before?.version ?? 0) + 1;
    if (before === undefined) this.#sql.insert.run({ id, scope, name, atMs, version });
    this.#sql.insertVersion.run({
      id,
      version,
      atMs,
      value: "value" in content ? content.value.reveal() : null,
      reference: "reference" in content ? content.reference : null,
    });
    this.#sql.makeCurrent.run(version, id);
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the statements' own types are the point
function prepare({ db }: Access) {
  const OF_SECRET = "secret_version.secret_id = (SELECT id FROM secret WHERE scope = ? AND name = ?)";
  return {
    all: db.prepare<[], SecretRow>(WITH_CURRENT),
    one: db.prepare<[string, string], SecretRow>(`${WITH_CURRENT} WHERE scope = ? AND name = ?`),
    versions: db.prepare<[string, string], VersionRow>(
      `SELECT version, created_at_ms, reference FROM secret_version WHERE ${OF_SECRET} ORDER BY version DESC`,
    ),
    version: db.prepare<SecretRef & { readonly version: number | null }, VersionRow>(
      `SELECT version, secret_version.created_at_ms, value, reference FROM secret_version JOIN secret ON secret.id = secret_id
       WHERE scope = @scope AND name = @name AND version = coalesce(@version, current_version)`,
    ),
    insert: db.prepare<SecretRef & { readonly id: string; readonly atMs: number; readonly version: number }>(
      "INSERT INTO secret (id, scope, name, created_at_ms, current_version) VALUES (@id, @scope, @name, @atMs, @version)",
    ),
    insertVersion: db.prepare<{
      readonly id: string;
      readonly version: number;
      readonly atMs: number;
      readonly value: string | null;
      readonly reference: string | null;
    }>(
      `INSERT INTO secret_version (secret_id, version, created_at_ms, value, reference)
       VALUES (@id, @version, @atMs, @value, @reference)`,
    ),
    makeCurrent: db.prepare<[number, string]>("UPDATE secret SET current_version = ? WHERE id = ?"),
    remove: db.prepare<[string, string]>("DELETE FROM secret WHERE scope = ? AND name = ?"),
  };
}

function toSecret(row: SecretRow): StoredSecret {
  return {
    id: row.id,
    scope: row.scope as SecretScope,
    name: row.name,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    version: row.version,
    reference: row.reference,
    versions: row.versions,
  };
}
