// What every table needs: the open database, names for messages, the clock; and the one way to use them.
// In: a piece of work. Out: its result, or an error of the table. Never SQLite's own error.
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import type { StoreDatabase } from "../database.ts";
import { guarded } from "../store-errors.ts";

export interface Access {
  readonly db: StoreDatabase;
  readonly profile: string;
  readonly path: string;
  readonly clock: Clock;
}

/** @throws PROFILE_LOCKED after the store was closed, STORE_FULL, STORE_CORRUPT, STORE_UNUSABLE */
export function withStore<T>(access: Access, use: () => T): T {
  if (!access.db.open) {
    throw new KeywardError("PROFILE_LOCKED", `profile '${access.profile}' is locked`, { hint: "keyward profile unlock" });
  }
  return guarded(access.path, use);
}

/** Everything `write` does, or nothing of it; durable when it returns. */
export function inTransaction<T>(access: Access, write: () => T): T {
  return withStore(access, () => access.db.transaction(write).immediate());
}
