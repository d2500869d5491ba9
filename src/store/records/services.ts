// The table of connections that were set by hand. They name a secret and never hold one.
// In: ids, kinds, labels. Out: the same.
import { KeywardError } from "../../core/errors.ts";
import type { ServiceKind } from "../../core/vault/words.ts";
import { type Access, withStore } from "./access.ts";
import type { ServiceConnection, ServiceRecords } from "./secret-records.ts";

interface ServiceRow {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly secret: string | null;
  readonly provider: string | null;
  readonly created_at_ms: number;
}

export class ServiceTable implements ServiceRecords {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  list(): ServiceConnection[] {
    return withStore(this.#access, () =>
      this.#access.db.prepare<[], ServiceRow>("SELECT * FROM service_connection ORDER BY id").all().map(toService),
    );
  }

  find(id: string): ServiceConnection | null {
    return withStore(this.#access, () => {
      const row = this.#access.db.prepare<[string], ServiceRow>("SELECT * FROM service_connection WHERE id = ?").get(id);
      return row === undefined ? null : toService(row);
    });
  }

  put({ id, kind, label, secret, provider }: Omit<ServiceConnection, "createdAtMs">): ServiceConnection {
    const createdAtMs = this.#access.clock.nowMs();
    withStore(this.#access, () =>
      this.#access.db
        .prepare<ServiceRow>(
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

function toService({ id, kind, label, secret, provider, created_at_ms }: ServiceRow): ServiceConnection {
  return { id, kind: kind as ServiceKind, label, secret, provider, createdAtMs: created_at_ms };
}
