// Which sockets belong to which run, so that ending a run ends everything it has open, and no run has more open than it may.
// In: sockets as they come. Out: nothing, or a refusal. A run at its limit takes nothing from any other.
import type { Socket } from "node:net";
import { KeywardError } from "../core/errors.ts";

/** Above what honest programs open (a browser has dozens, a load test a thousand), below what fills memory or the table of descriptors. */
const MAX_CLIENTS_PER_RUN = 2_048;

export class RunSockets {
  readonly #byRun = new Map<string, Set<Socket>>();
  readonly #clients = new Map<string, Set<Socket>>();

  /** A connection of the run's child to the proxy; once for each socket, however many requests come on it. @throws RUN_CROWDED */
  admit(runId: string, socket: Socket): void {
    const clients = this.#clients.get(runId);
    if (clients?.has(socket) === true) return;
    if (clients !== undefined && clients.size >= MAX_CLIENTS_PER_RUN) {
      throw new KeywardError("RUN_CROWDED", `the run has ${MAX_CLIENTS_PER_RUN} connections open, and may have no more`, {
        hint: "let the program close connections it no longer uses",
      });
    }
    keep(this.#clients, runId, socket);
    this.add(runId, socket);
  }

  /** Whatever else the run has open. */
  add(runId: string, socket: Socket): void {
    keep(this.#byRun, runId, socket);
  }

  end(runId: string): void {
    for (const socket of this.#byRun.get(runId) ?? []) socket.destroy();
  }
}

function keep(sets: Map<string, Set<Socket>>, runId: string, socket: Socket): void {
  const sockets = sets.get(runId) ?? new Set();
  sets.set(runId, sockets);
  sockets.add(socket);
  socket.once("close", () => {
    sockets.delete(socket);
    if (sockets.size === 0 && sets.get(runId) === sockets) sets.delete(runId);
  });
}
