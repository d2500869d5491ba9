import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { RunSockets } from "../../../src/proxy/run-sockets.ts";

class FakeSocket extends EventEmitter {
  isDestroyed = false;
  destroy(): void {
    this.isDestroyed = true;
    this.emit("close");
  }
}

const makeSocket = () => new FakeSocket() as FakeSocket & Socket;

describe("RunSockets", () => {
  it("ends what a run has open and nothing else", () => {
    const sockets = new RunSockets();
    const [client, upstream, foreign] = [makeSocket(), makeSocket(), makeSocket()];
    sockets.admit("a", client);
    sockets.add("a", upstream);
    sockets.admit("b", foreign);
    sockets.end("a");
    expect([client, upstream, foreign].map(({ isDestroyed }) => isDestroyed)).toEqual([true, true, false]);
    sockets.end("never");
  });

  it("refuses one connection too many, of that run alone, until one is closed", () => {
    const sockets = new RunSockets();
    const open = Array.from({ length: 2_048 }, makeSocket);
    for (const socket of open) sockets.admit("a", socket);
    expect(() => sockets.admit("a", makeSocket())).toThrow(expect.objectContaining({ code: "RUN_CROWDED" }));
    sockets.add("a", makeSocket());
    sockets.admit("b", makeSocket());
    open[0]?.destroy();
    sockets.admit("a", makeSocket());
  });

  it("counts a connection with many requests once", () => {
    const sockets = new RunSockets();
    const socket = makeSocket();
    for (let i = 0; i < 3_000; i += 1) sockets.admit("a", socket);
    expect(socket.listenerCount("close")).toBeLessThan(10);
  });
});
