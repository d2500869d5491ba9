// The table of connections that were set by hand. They name a secret and never hold one.
// In: ids, kinds, labels. Out: the same.
import { KeywardError } from "../../core/errors.ts";
import type { LabelledKind } from "../../core/vault/words.ts";
import { type Access, withStore } from "./access.ts";
import type { LabelledConnection, LabelledRecords } from "./secret-records.ts";

interface LabelledRow {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly secret: string | null;
  readonly provider: string | null;
  readonly created_at_ms: number;
}

export class LabelledConnectionTable implements LabelledRecords {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  list(): LabelledConnection[] {
    return withStore(this.#access, () =>
      this.#access.db.prepare<[], LabelledRow>("SELECT * FROM service_connection ORDER BY id").all().map(toLabelled),
    );
  }

  find(id: string): LabelledConnection | null {
    return withStore(this.#access, () => {
      const row = this.#access.db.prepare<[string], LabelledRow>("SELECT * FROM service_connection WHERE id = ?").get(id);
      return row === undefined ? null : toLabelled(row);
    });
  }

  put({ id, kind, label, secret, provider }: Omit<LabelledConnection, "createdAtMs">): LabelledConnection {
    const createdAtMs = this.#access.clock.nowMs();
    withStore(this.#access, () =>
      this.#access.db
        .prepare<LabelledRow>(
          `INSERT INTO service_connection (id, kind, label, secret, provider, created_at_ms)
           VALUES (@id, @kind, @label, @secret, @provider, @created_at_ms)
           ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, label = excluded.label, secret = excluded.secret, provider = excluded.provider`,
        )
        .run({ id, kind, label, secret, provider, created_at_ms: createdAtMs }),
    );
    const stored = this.find(id);
    if (stored === null) throw new KeywardError("INTERNAL", "a connection was set and is not there");
    return stored;
  }

  remove(id: string): boolean {
    return withStore(this.#access, () => this.#access.db.prepare("DELETE FROM service_connection WHERE id = ?").run(id).changes > 0);
  }
}

function toLabelled({ id, kind, label, secret, provider, created_at_ms }: LabelledRow): LabelledConnection {
  return { id, kind: kind as LabelledKind, label, secret, provider, createdAtMs: created_at_ms };
}
