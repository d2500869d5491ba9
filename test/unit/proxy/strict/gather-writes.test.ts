// Large pieces of one turn leave together; small ones are never held back.
import { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gatherWrites } from "../../../../src/proxy/strict/gather-writes.ts";

function recordingSocket(): { socket: Socket; writes: number[] } {
  const writes: number[] = [];
  const socket = new Duplex({
    read: () => undefined,
    writev(pieces, done) {
      writes.push(pieces.reduce((sum, { chunk }) => sum + (chunk as Buffer).length, 0));
      done();
    },
  });
  return { socket: socket as Socket, writes };
}

function send(socket: Socket, bytes: number): void {
  const piece = Buffer.alloc(bytes);
  gatherWrites(socket, piece);
  socket.write(piece);
}

describe("gathering writes", () => {
  it("sends the full records of one turn as one write", async () => {
    const { socket, writes } = recordingSocket();
    for (let at = 0; at < 4; at++) send(socket, 16_384);
    expect(writes).toEqual([]);
    await nextTurn();
    expect(writes).toEqual([65_536]);
    expect(socket.writableCorked).toBe(0);
  });

  it("keeps the order of a small piece behind a large one", async () => {
    const { socket, writes } = recordingSocket();
    send(socket, 16_384);
    send(socket, 10);
    await nextTurn();
    expect(writes).toEqual([16_394]);
  });

  it("holds no small piece back", () => {
    const { socket, writes } = recordingSocket();
    send(socket, 100);
    send(socket, 200);
    expect(writes[0]).toBe(100);
  });

  it("leaves a socket alone that has ended meanwhile", async () => {
    const { socket, writes } = recordingSocket();
    send(socket, 16_384);
    socket.end();
    await nextTurn();
    expect(writes).toEqual([16_384]);
  });
});
