// The hub's one door to its database: every read and write happens in a transaction that sees one scope.
// In: a scope and what to do. Out: its result, repeated when the database asks for it. What is done must be safe to do again from the start.
import { type Kysely, sql, type Transaction } from "kysely";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "./migrate.ts";
import { KeywardError } from "../../core/errors.ts";
import { isRepeatable, toStorageError } from "./storage-errors.ts";
import type { HubTables } from "./tables.ts";
import { createTurns } from "../turns.ts";

/** What a transaction may see. Left out = nothing of it. */
export interface Scope {
  readonly tenantId?: string;
  /** `*`: every workspace of the tenant. */
  readonly workspaceId?: string;
  readonly userId?: string;
  /** The one key by which rows outside any tenant are found: a digest, an id, an e-mail address. */
  readonly key?: string;
}

export type Rows = Transaction<HubTables>;

export interface HubTransaction {
  readonly db: Rows;
  /** Changes what the rest of the transaction sees; what is not named stays. */
  narrow(scope: Scope): Promise<void>;
}

export interface Storage {
  readonly engine: Engine;
  /** @throws HUB_BUSY (429) when too much is under way; HUB_DATABASE (503) when the database is away; a KeywardError of `act` as it is */
  within<T>(scope: Scope, act: (tx: HubTransaction) => Promise<T>): Promise<T>;
  /** @throws HUB_DATABASE */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The tenant at which a transaction came to an end; "" before it was known. */
interface Seen {
  tenantId: string;
}

/** Writers of one tenant meet at its audit chain and change counter; of those that meet, one gets through each time. */
const MAX_PAUSE_MS = 40;

/** Shorter than a client waits for its answer. */
const MAX_REPEATING_MS = 10_000;

/** Transactions at once, waiting ones included: a thousand daemons that wake together get through, more are told to come again. */
const MAX_UNDER_WAY = 1_000;

export function createStorage(db: Kysely<HubTables>, engine: Engine, maxUnderWay: number = MAX_UNDER_WAY): Storage {
  let underWay = 0;
  // Whoever met another waits for its turn at the tenant: among themselves those of one replica meet no more, so that nobody loses again and again.
  const losers = createTurns(1);
  const repeated = async <T>(scope: Scope, act: (tx: HubTransaction) => Promise<T>): Promise<T> => {
    const seen: Seen = { tenantId: "" };
    const once = async (): Promise<T> => {
      const begun = engine === "postgres" ? db.transaction().setIsolationLevel("serializable") : db.transaction();
      return await begun.execute(async (rows) => {
        const tx = openScope(rows, engine, seen);
        await tx.narrow({ tenantId: "", workspaceId: "", userId: "", key: "", ...scope });
        return await act(tx);
      });
    };
    const untilMs = performance.now() + MAX_REPEATING_MS;
    try {
      return await once();
    } catch (error) {
      if (!isRepeatable(error)) throw toStorageError(error);
    }
    return await losers.take(seen.tenantId, () => repeatUntil(untilMs, once));
  };
  return {
    engine,
    within: async (scope, act) => {
      if (underWay >= maxUnderWay) throw new KeywardError("HUB_BUSY", "the hub has as much under way as it can hold", { hint: "wait 2 s" });
      underWay += 1;
      try {
        return await repeated(scope, act);
      } finally {
        underWay -= 1;
      }
    },
    ping: async () => {
      try {
        await sql`SELECT 1`.execute(db);
      } catch (error) {
        throw toStorageError(error);
      }
    },
    close: () => db.destroy(),
  };
}

async function repeatUntil<T>(untilMs: number, once: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await once();
    } catch (error) {
      if (!isRepeatable(error) || performance.now() > untilMs) throw toStorageError(error);
      await delay(MAX_PAUSE_MS * Math.random());
    }
  }
}

/** SQLite has no row-level security: there the repository's own filters are the only fence, and the same tests hold them. */
function openScope(rows: Rows, engine: Engine, seen: Seen): HubTransaction {
  return {
    db: rows,
    narrow: async (scope) => {
      if (scope.tenantId !== undefined) seen.tenantId = scope.tenantId;
      if (engine !== "postgres") return;
      const settings = Object.entries({
        "app.tenant_id": scope.tenantId,
        "app.workspace_id": scope.workspaceId,
        "app.user_id": scope.userId,
        "app.key": scope.key,
      }).filter(([, value]) => value !== undefined);
      // true: for this transaction only. A session-wide SET would stay on the pooled connection and leak into the next request.
      const calls = settings.map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
      await sql`SELECT ${sql.join(calls)}`.execute(rows);
    },
  };
}
