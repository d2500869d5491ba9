// Upstream connections for HTTP/1.1, of both lanes, by (run, connection, origin): verified TLS sockets, one exchange at a time, last in first out.
// An idle socket that says anything, or ends, is destroyed: its bytes belong to no request.
import type { Socket } from "node:net";
import type { DiallerOf } from "../upstream/dial.ts";
import { openOrigin, originKey, type Target } from "../upstream/origin.ts";

/** Some providers drop idle sockets after 20 s; closing first avoids most dead connections. */
const IDLE_MS = 15_000;

export interface RawConnection {
  readonly socket: Socket;
  readonly key: string;
  /** It has served before, so a failure at once may be a dead idle connection. */
  isUsed: boolean;
  /** Ends the socket when it makes a sound while idle. */
  readonly drop: () => void;
}

export class RawPool {
  readonly #idle = new Map<string, RawConnection[]>();
  readonly #open = new Set<RawConnection>();
  readonly #dialler: DiallerOf;

  constructor(dialler: DiallerOf) {
    this.#dialler = dialler;
  }

  /** An idle connection at once, or null. */
  take(owner: string, target: Target): RawConnection | null {
    const list = this.#idle.get(originKey(owner, target));
    for (let found = list?.pop(); found !== undefined; found = list?.pop()) {
      const { socket, drop } = found;
      socket.setTimeout(0);
      socket.off("data", drop).off("end", drop).off("error", drop).off("timeout", drop);
      if (socket.readyState === "open") return found;
      socket.destroy();
    }
    return null;
  }

  /** @throws TARGET_FORBIDDEN, UPSTREAM_* */
  async connect(owner: string, target: Target): Promise<RawConnection> {
    return this.adopt(owner, target, await openOrigin(target, this.#dialler(target.runId)));
  }

  /** A verified connection that was opened elsewhere. */
  adopt(owner: string, target: Target, socket: Socket): RawConnection {
    const connection: RawConnection = { socket, key: originKey(owner, target), isUsed: false, drop: () => void socket.destroy() };
    this.#open.add(connection);
    // Whoever uses it listens too; between two uses, and after the last, an error is nobody's.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#forget(connection));
    return connection;
  }

  /** Keeps a connection whose exchange ended exactly where it should. */
  giveBack(connection: RawConnection): void {
    const { socket, key, drop } = connection;
    if (socket.destroyed) return;
    connection.isUsed = true;
    socket.on("data", drop).on("end", drop).on("error", drop).on("timeout", drop);
    socket.setTimeout(IDLE_MS);
    const list = this.#idle.get(key);
    if (list === undefined) this.#idle.set(key, [connection]);
    else list.push(connection);
  }

  endOwner(prefix: string): void {
    for (const { key, socket } of this.#open) if (key.startsWith(prefix)) socket.destroy();
  }

  close(): void {
    for (const { socket } of this.#open) socket.destroy();
  }

  #forget(connection: RawConnection): void {
    this.#open.delete(connection);
    const list = this.#idle.get(connection.key);
    const at = list?.indexOf(connection) ?? -1;
    if (list !== undefined && at >= 0) list.splice(at, 1);
    if (list?.length === 0) this.#idle.delete(connection.key);
  }
}
