// Upstream connections for HTTP/1.1, of both lanes, by (run, connection, origin): verified TLS sockets, one exchange at a time, last in first out.
// In: who wants a connection, and where to. Out: one that is idle, or a new one. Idle ones are closed after a while.
import type { DiallerOf } from "../upstream/dial.ts";
import { type Opened, openOrigin, originKey, type Target } from "../upstream/origin.ts";
import { RawConnection } from "./raw-connection.ts";

/** Some providers drop idle sockets after 20 s; closing first avoids most dead connections. */
const IDLE_MS = 15_000;
/** One timer for all of them, not one for each after every request. */
const SWEEP_MS = 1_000;

export class RawPool {
  readonly #idle = new Map<string, RawConnection[]>();
  readonly #open = new Set<RawConnection>();
  readonly #dialler: DiallerOf;
  #sweeper: NodeJS.Timeout | null = null;

  constructor(dialler: DiallerOf) {
    this.#dialler = dialler;
  }

  /** An idle connection at once, or null. */
  take(owner: string, target: Target): RawConnection | null {
    const list = this.#idle.get(originKey(owner, target));
    for (let found = list?.pop(); found !== undefined; found = list?.pop()) {
      found.idleSinceMs = null;
      if (found.socket.readyState === "open") return found;
      found.socket.destroy();
    }
    return null;
  }

  /** @throws TARGET_FORBIDDEN, UPSTREAM_* */
  async connect(owner: string, target: Target): Promise<RawConnection> {
    return this.adopt(await openOrigin(target, { owner, dialler: this.#dialler(target.runId) }));
  }

  /** A verified connection that was opened elsewhere. */
  adopt(opened: Opened): RawConnection {
    const connection = new RawConnection(opened, originKey(opened.way.owner, opened.way));
    this.#open.add(connection);
    opened.socket.once("close", () => this.#forget(connection));
    return connection;
  }

  /** Keeps a connection whose exchange ended exactly where it should. */
  giveBack(connection: RawConnection): void {
    const { socket, key } = connection;
    if (socket.destroyed) return;
    connection.rest(performance.now());
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    const list = this.#idle.get(key);
    if (list === undefined) this.#idle.set(key, [connection]);
    else list.push(connection);
  }

  endOwner(prefix: string): void {
    for (const { key, socket } of this.#open) if (key.startsWith(prefix)) socket.destroy();
  }

  close(): void {
    this.#stopSweeping();
    for (const { socket } of this.#open) socket.destroy();
  }

  #sweep(): void {
    const before = performance.now() - IDLE_MS;
    for (const list of this.#idle.values())
      for (const { socket, idleSinceMs } of list) if (idleSinceMs !== null && idleSinceMs < before) socket.destroy();
    if (this.#idle.size === 0) this.#stopSweeping();
  }

  #stopSweeping(): void {
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#sweeper = null;
  }

  #forget(connection: RawConnection): void {
    this.#open.delete(connection);
    const list = this.#idle.get(connection.key);
    const at = list?.indexOf(connection) ?? -1;
    if (list !== undefined && at >= 0) list.splice(at, 1);
    if (list?.length === 0) this.#idle.delete(connection.key);
  }
}
