// Wrong guesses, counted in the database so that they count over all replicas: codes, passwords, invitations.
// In: a name of what is guessed at and by whom. Out: whether one more try is allowed. Counting is a write of its own: a refusal cannot undo it.
import { KeywardError } from "../../core/errors.ts";
import type { HubParts } from "../hub-parts.ts";

export interface GuessLimit {
  /** `code:ip:203.0.113.9`, `password:ada@example.com`. */
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

/** @throws HUB_BUSY when the window's tries are used up */
export async function requireGuessesLeft(hub: HubParts, limit: GuessLimit): Promise<void> {
  const name = hub.digester.digest(limit.name).digest;
  const row = await hub.storage.within({ key: name }, ({ db }) =>
    db.selectFrom("guess").selectAll().where("name", "=", name).executeTakeFirst(),
  );
  const nowMs = hub.clock.nowMs();
  if (row === undefined || row.expires_at_ms <= nowMs || row.count < limit.max) return;
  const retryAfterS = Math.ceil((row.expires_at_ms - nowMs) / 1_000);
  throw new KeywardError("HUB_BUSY", "too many wrong tries", { hint: `wait ${retryAfterS} s`, detail: { retryAfterS } });
}

export async function countWrongGuess(hub: HubParts, limit: GuessLimit): Promise<void> {
  const name = hub.digester.digest(limit.name).digest;
  const nowMs = hub.clock.nowMs();
  await hub.storage.within({ key: name }, async ({ db }) => {
    const row = await db.selectFrom("guess").selectAll().where("name", "=", name).executeTakeFirst();
    const next =
      row === undefined || row.expires_at_ms <= nowMs ? { count: 1, expires_at_ms: nowMs + limit.windowMs } : { count: row.count + 1 };
    if (row === undefined)
      await db
        .insertInto("guess")
        .values({ name, count: 1, expires_at_ms: nowMs + limit.windowMs })
        .execute();
    else await db.updateTable("guess").set(next).where("name", "=", name).execute();
  });
}
