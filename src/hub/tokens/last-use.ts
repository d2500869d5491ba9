// When a session, token or device was last seen, written in batches: a statement a minute instead of a row update per request.
// In: sightings. Out: rows of last_use. A batch that fails is kept for the next one; what a crash loses is at most a minute.
import type { Storage } from "../storage/storage.ts";

export interface Sighting {
  readonly subjectId: string;
  readonly usedAtMs: number;
  readonly ip: string;
  readonly userAgent: string;
}

export interface LastUses {
  see(sighting: Sighting): void;
  /** Writes what has gathered. Never throws: a hub without its database goes on serving what it can. */
  flush(): Promise<void>;
}

/** More subjects than this between two batches are dropped, oldest first. */
const MAX_WAITING = 50_000;
/** Bound by PostgreSQL's 65,535 parameters a statement, four a row. */
const MAX_ROWS = 5_000;

export function createLastUses(storage: Storage): LastUses {
  let waiting = new Map<string, Sighting>();
  const see = (sighting: Sighting): void => {
    waiting.delete(sighting.subjectId);
    waiting.set(sighting.subjectId, sighting);
    if (waiting.size > MAX_WAITING) waiting.delete(waiting.keys().next().value ?? "");
  };
  /** Whether it was written. */
  const flushBatch = async (): Promise<boolean> => {
    const batch = [...waiting.values()].slice(0, MAX_ROWS);
    const taken = waiting;
    waiting = new Map([...taken].slice(MAX_ROWS));
    try {
      await write(storage, batch);
      return true;
    } catch {
      const newer = waiting;
      waiting = new Map(batch.map((sighting) => [sighting.subjectId, sighting]));
      for (const sighting of newer.values()) see(sighting);
      return false;
    }
  };
  return {
    see,
    flush: async () => {
      // As many as there are now: what comes meanwhile waits for the next time.
      for (let left = waiting.size; left > 0; left -= MAX_ROWS) if (!(await flushBatch())) return;
    },
  };
}

async function write(storage: Storage, batch: readonly Sighting[]): Promise<void> {
  const rows = batch.map(({ subjectId, usedAtMs, ip, userAgent }) => ({
    subject_id: subjectId,
    used_at_ms: usedAtMs,
    ip,
    user_agent: userAgent,
  }));
  await storage.within({}, async ({ db }) => {
    await db
      .insertInto("last_use")
      .values(rows)
      .onConflict((row) =>
        row
          .column("subject_id")
          .doUpdateSet(({ ref }) => ({
            used_at_ms: ref("excluded.used_at_ms"),
            ip: ref("excluded.ip"),
            user_agent: ref("excluded.user_agent"),
          }))
          // Another replica may have seen it later.
          .whereRef("last_use.used_at_ms", "<", "excluded.used_at_ms"),
      )
      .execute();
  });
}
