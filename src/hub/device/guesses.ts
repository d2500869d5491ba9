// Wrong guesses, counted in the database so that they count over all replicas: codes, passwords, invitations.
// In: names of what is guessed at and by whom, and the guess. Out: what it found, or that there are no tries left. A try is taken before it is looked
// at and given back when it was right, so that a hundred at once are no more than as many one after the other.
import { sql } from "kysely";
import { KeywardError } from "../../core/errors.ts";
import type { HubParts } from "../hub-parts.ts";

export interface GuessLimit {
  /** `code:ip:203.0.113.9`, `password:ada@example.com`. */
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

/**
 * What `guess` finds. Null is wrong and counts; an error says something else is the matter and does not.
 * @throws HUB_BUSY when the window's tries are used up
 */
export async function tryGuess<T>(hub: HubParts, limits: readonly GuessLimit[], guess: () => Promise<T | null>): Promise<T | null> {
  const taken: GuessLimit[] = [];
  let isWrong = false;
  try {
    for (const limit of limits) {
      await takeTry(hub, limit);
      taken.push(limit);
    }
    const found = await guess();
    isWrong = found === null;
    return found;
  } finally {
    if (!isWrong) for (const limit of taken) await giveBack(hub, limit);
  }
}

async function takeTry(hub: HubParts, { name: plain, max, windowMs }: GuessLimit): Promise<void> {
  const name = hub.digester.digest(plain).digest;
  const nowMs = hub.clock.nowMs();
  const first = { name, count: 1, expires_at_ms: nowMs + windowMs };
  const isOver = sql<boolean>`guess.expires_at_ms <= ${nowMs}`;
  const taken = await hub.storage.within({ key: name }, ({ db }) =>
    db
      .insertInto("guess")
      .values(first)
      .onConflict((row) =>
        row.column("name").doUpdateSet({
          count: sql<number>`CASE WHEN ${isOver} THEN 1 ELSE guess.count + 1 END`,
          expires_at_ms: sql<number>`CASE WHEN ${isOver} THEN ${first.expires_at_ms} ELSE guess.expires_at_ms END`,
        }),
      )
      .returning(["count", "expires_at_ms"])
      .executeTakeFirstOrThrow(),
  );
  if (taken.count <= max) return;
  const retryAfterS = Math.max(1, Math.ceil((taken.expires_at_ms - nowMs) / 1_000));
  throw new KeywardError("HUB_BUSY", "too many wrong tries", { hint: `wait ${retryAfterS} s`, detail: { retryAfterS } });
}

async function giveBack(hub: HubParts, limit: GuessLimit): Promise<void> {
  const name = hub.digester.digest(limit.name).digest;
  await hub.storage.within({ key: name }, ({ db }) =>
    db
      .updateTable("guess")
      .set(({ eb }) => ({ count: eb("count", "-", 1) }))
      .where("name", "=", name)
      .where("count", ">", 0)
      .execute(),
  );
}
