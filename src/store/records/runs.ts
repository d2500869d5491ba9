// Runs that may still be alive, so that a restarted daemon knows their tokens again.
// In: run records. Out: the same. A record holds the hash of its token, never the token.
import type { RunRecord } from "../../core/run.ts";
import type { RunRecords } from "../profile-store.ts";
import { type Access, withStore } from "./access.ts";

export class RunTable implements RunRecords {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Oldest first. */
  list(): RunRecord[] {
    return withStore(this.#access, () => {
      const read = this.#access.db.prepare<[], string>("SELECT record FROM run ORDER BY started_at_ms, id").pluck();
      return read.all().map((record) => JSON.parse(record) as RunRecord);
    });
  }

  put(run: RunRecord): void {
    withStore(this.#access, () => {
      const write = this.#access.db.prepare("INSERT OR REPLACE INTO run (id, started_at_ms, record) VALUES (?, ?, ?)");
      write.run(run.id, run.startedAtMs, JSON.stringify(run));
    });
  }

  remove(id: string): void {
    withStore(this.#access, () => this.#access.db.prepare("DELETE FROM run WHERE id = ?").run(id));
  }
}
