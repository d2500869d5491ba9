// Runs that may still be alive, so that a restarted daemon knows their tokens again.
// In: run records. Out: the same. A record holds the hash of its token, never the token; the URL of a parent proxy may hold a
// password, which lies in this encrypted file only.
import type { RunRecord } from "../../core/run.ts";
import { Secret } from "../../core/secret.ts";
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
      return read.all().map(parseRun);
    });
  }

  put(run: RunRecord): void {
    withStore(this.#access, () => {
      const write = this.#access.db.prepare("INSERT OR REPLACE INTO run (id, started_at_ms, record) VALUES (?, ?, ?)");
      write.run(run.id, run.startedAtMs, formatRun(run));
    });
  }

  remove(id: string): void {
    withStore(this.#access, () => this.#access.db.prepare("DELETE FROM run WHERE id = ?").run(id));
  }
}

/** As it lies in the file. */
interface WrittenRun extends Omit<RunRecord, "network"> {
  /** Missing in records of earlier versions. */
  readonly network?: {
    readonly proxy: { readonly url: string; readonly source: string; readonly noProxy: readonly string[] } | null;
    readonly caFiles: readonly string[];
  } | null;
}

function formatRun({ network, ...run }: RunRecord): string {
  const proxy = network === null ? null : network.proxy;
  const written = proxy === null ? null : { ...proxy, url: proxy.url.reveal() };
  return JSON.stringify({ ...run, network: network === null ? null : { ...network, proxy: written } } satisfies WrittenRun);
}

function parseRun(text: string): RunRecord {
  const { network = null, ...run } = JSON.parse(text) as WrittenRun;
  const proxy = network?.proxy ?? null;
  const read = proxy === null ? null : { ...proxy, url: new Secret(proxy.url) };
  return { ...run, network: network === null ? null : { ...network, proxy: read } };
}
