// Which sockets belong to which run, so that ending a run ends everything it has open.
import type { Socket } from "node:net";

export class RunSockets {
  readonly #byRun = new Map<string, Set<Socket>>();

  add(runId: string, socket: Socket): void {
    const sockets = this.#byRun.get(runId) ?? new Set();
    this.#byRun.set(runId, sockets);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#byRun.get(runId) === sockets) this.#byRun.delete(runId);
    });
  }

  has(runId: string, socket: Socket): boolean {
    return this.#byRun.get(runId)?.has(socket) ?? false;
  }

  end(runId: string): void {
    for (const socket of this.#byRun.get(runId) ?? []) socket.destroy();
  }
}
