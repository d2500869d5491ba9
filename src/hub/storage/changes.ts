// "Tell me when something changed": one look a second at the change counters serves every daemon that waits at this replica.
// In: a tenant and the count a daemon has. Out: true once there is more. A change made at another replica is seen as soon as one made here.
import type { HubLog } from "../hub-parts.ts";
import type { Storage } from "./storage.ts";

export interface Waiting {
  readonly tenantId: string;
  readonly rev: number;
  readonly timeoutMs: number;
  /** The client went away. */
  readonly signal: AbortSignal;
}

export interface Changes {
  /** False: the time is over, the client is gone or the hub is stopping. */
  wait(waiting: Waiting): Promise<boolean>;
  stop(): void;
}

export const LOOK_EVERY_MS = 1_000;

interface Waiter {
  readonly tenantId: string;
  readonly rev: number;
  end(isChanged: boolean): void;
}

export function createChanges(storage: Storage, log: HubLog, lookEveryMs: number = LOOK_EVERY_MS): Changes {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const tenants = [...new Set([...waiters].map((waiter) => waiter.tenantId))];
    // Whoever waited has left meanwhile.
    if (tenants.length === 0) return schedule();
    try {
      const rows = await storage.within({}, ({ db }) =>
        db.selectFrom("change_counter").select(["tenant_id", "rev"]).where("tenant_id", "in", tenants).execute(),
      );
      const revs = new Map(rows.map((row) => [row.tenant_id, row.rev]));
      for (const waiter of waiters) if ((revs.get(waiter.tenantId) ?? 0) > waiter.rev) waiter.end(true);
    } catch {
      // Who waits goes on waiting: the next look may find the database again.
      log.error("change counters cannot be read");
    }
    schedule();
  };
  const schedule = (): void => {
    timer = waiters.size === 0 || isStopped ? undefined : setTimeout(() => void look(), lookEveryMs);
  };
  return {
    wait: ({ tenantId, rev, timeoutMs, signal }) =>
      new Promise((resolve) => {
        const waiter: Waiter = {
          tenantId,
          rev,
          end: (isChanged) => {
            if (!waiters.delete(waiter)) return;
            clearTimeout(limit);
            signal.removeEventListener("abort", leave);
            resolve(isChanged);
          },
        };
        const leave = (): void => waiter.end(false);
        const limit = setTimeout(leave, timeoutMs);
        signal.addEventListener("abort", leave);
        waiters.add(waiter);
        if (signal.aborted || isStopped) leave();
        if (timer === undefined && !isStopped) schedule();
      }),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      for (const waiter of waiters) waiter.end(false);
    },
  };
}
