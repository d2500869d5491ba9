// A connection of the pool: to whom its sounds go, and what becomes of it when nobody asked for one.
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { Way } from "../../../../src/proxy/release/may-release.ts";
import { RawConnection, type RawReader } from "../../../../src/proxy/strict/raw-connection.ts";

class FakeSocket extends EventEmitter {
  destroyed = false;
  isHeld = false;

  isPaused(): boolean {
    return this.isHeld;
  }

  resume(): this {
    this.isHeld = false;
    return this;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

const way: Way = {
  owner: "run con",
  authority: { host: "a.test", port: 443 },
  scheme: "https",
  verifiedFor: "a.test",
  isAddressPermitted: true,
};

function setUp(): { socket: FakeSocket; connection: RawConnection } {
  const socket = new FakeSocket();
  return { socket, connection: new RawConnection({ socket: socket as unknown as Socket, way }, "key") };
}

function listener(): { heard: string[]; reader: RawReader } {
  const heard: string[] = [];
  const reader: RawReader = {
    onData: (chunk) => void heard.push(`data ${chunk.toString()}`),
    onEnd: () => void heard.push("end"),
    onClose: () => void heard.push("close"),
    onError: (error) => void heard.push(`error ${error.message}`),
    onDrain: () => void heard.push("drain"),
  };
  return { heard, reader };
}

describe("a raw connection", () => {
  it("tells the exchange it carries everything, and the next one only its own", () => {
    const { socket, connection } = setUp();
    const [first, second] = [listener(), listener()];
    connection.carry(first.reader);
    socket.emit("data", Buffer.from("1"));
    socket.emit("drain");
    connection.letGo();
    connection.rest(1);
    connection.idleSinceMs = null;
    connection.carry(second.reader);
    socket.emit("data", Buffer.from("2"));
    socket.emit("end");
    socket.emit("error", new Error("reset"));
    socket.emit("close");
    expect(first.heard).toEqual(["data 1", "drain"]);
    expect(second.heard).toEqual(["data 2", "end", "error reset", "close"]);
  });

  it("listens once, however many requests it carries", () => {
    const { socket, connection } = setUp();
    for (let at = 0; at < 20; at++) {
      connection.carry(listener().reader);
      connection.letGo();
      connection.rest(at);
      connection.idleSinceMs = null;
    }
    expect(socket.listenerCount("data")).toBe(1);
    expect(socket.listenerCount("drain")).toBe(1);
  });

  it.each(["data", "end"])("is ended by %s while it is idle", (sound) => {
    const { socket, connection } = setUp();
    const { heard, reader } = listener();
    connection.carry(reader);
    connection.letGo();
    connection.rest(1);
    socket.emit(sound, Buffer.from("late"));
    expect(socket.destroyed).toBe(true);
    expect(heard).toEqual([]);
  });

  it("outlives an error that is nobody's", () => {
    const { socket } = setUp();
    expect(() => socket.emit("error", new Error("reset"))).not.toThrow();
  });

  it("tells a reader that came too late that the socket is gone", async () => {
    const { socket, connection } = setUp();
    socket.destroy();
    const { heard, reader } = listener();
    connection.carry(reader);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(["close"]);
  });

  it("flows again when an exchange leaves it paused", () => {
    const { socket, connection } = setUp();
    connection.carry(listener().reader);
    socket.isHeld = true;
    connection.letGo();
    expect(socket.isHeld).toBe(false);
  });
});
