// The single things a home keeps: its CA with the private key, and small facts that must survive a restart.
// In: values to keep. Out: the same, or null. The private key leaves only as `Secret`.
import { Secret } from "../../core/secret.ts";
import type { StoredAuthority } from "../profile-store.ts";
import { type Access, withStore } from "./access.ts";

export class FactTable {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  readAuthority(): StoredAuthority | null {
    return withStore(this.#access, () => {
      const row = this.#access.db
        .prepare<[], { certificate_pem: string; private_key_pem: string }>("SELECT certificate_pem, private_key_pem FROM authority")
        .get();
      return row === undefined ? null : { certificatePem: row.certificate_pem, privateKeyPem: new Secret(row.private_key_pem) };
    });
  }

  writeAuthority({ certificatePem, privateKeyPem }: StoredAuthority): void {
    withStore(this.#access, () =>
      this.#access.db
        .prepare("INSERT OR REPLACE INTO authority (only_row, certificate_pem, private_key_pem) VALUES (1, ?, ?)")
        .run(certificatePem, privateKeyPem.reveal()),
    );
  }

  readFact(name: string): string | null {
    return withStore(this.#access, () => {
      const value = this.#access.db.prepare<[string], string>("SELECT value FROM fact WHERE name = ?").pluck().get(name);
      return value ?? null;
    });
  }

  writeFact(name: string, value: string): void {
    withStore(this.#access, () => this.#access.db.prepare("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)").run(name, value));
  }
}
