// Large pieces of one turn leave together; small ones are never held back.
import { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gatherWrites, JointWrite } from "../../../../src/proxy/strict/gather-writes.ts";

function recordingSocket(): { socket: Socket; writes: number[]; texts: string[] } {
  const writes: number[] = [];
  const texts: string[] = [];
  const socket = new Duplex({
    write(piece: Buffer, _encoding, done) {
      writes.push(piece.length);
      texts.push(piece.toString("latin1"));
      done();
    },
    read: () => undefined,
    writev(pieces, done) {
      writes.push(pieces.reduce((sum, { chunk }) => sum + (chunk as Buffer).length, 0));
      texts.push(pieces.map(({ chunk }) => (chunk as Buffer).toString("latin1")).join(""));
      done();
    },
  });
  return { socket: socket as Socket, writes, texts };
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

describe("a joint write", () => {
  it("sends a head, small pieces and what ends them as one", () => {
    const { socket, texts } = recordingSocket();
    const joint = new JointWrite(socket);
    joint.begin();
    joint.text("HTTP/1.1 200 OK\r\n\r\n");
    joint.bytes(Buffer.from("caf\u00e9\u0000", "latin1"));
    joint.text("\r\n");
    expect(texts).toEqual([]);
    joint.end();
    expect(texts).toEqual(["HTTP/1.1 200 OK\r\n\r\ncaf\u00e9\u0000\r\n"]);
  });

  it("keeps the order around a large piece, and leaves nothing behind", () => {
    const { socket, texts } = recordingSocket();
    const joint = new JointWrite(socket);
    joint.begin();
    joint.text("head,");
    joint.bytes(Buffer.alloc(20_000, "a"));
    joint.bytes(Buffer.from("b"));
    joint.bytes(Buffer.alloc(20_000, "c"));
    joint.text("end");
    joint.end();
    joint.end();
    expect(texts.join("")).toBe(`head,${"a".repeat(20_000)}b${"c".repeat(20_000)}end`);
  });

  it("lets texts and pieces go at once while nobody gathers, and says when the socket is full", () => {
    const { socket, texts } = recordingSocket();
    const joint = new JointWrite(socket);
    joint.text("a");
    joint.bytes(Buffer.from("b"));
    expect(texts).toEqual(["a", "b"]);
    socket.cork();
    joint.begin();
    expect(joint.text("x".repeat(200_000))).toBe(true);
    expect(joint.end()).toBe(false);
    expect(joint.end()).toBe(true);
  });
});
