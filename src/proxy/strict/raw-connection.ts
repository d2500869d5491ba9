// One upstream connection of the pool, and who hears its socket: the exchange it carries, or nobody.
// In: a verified socket. Out: what it says, to the reader of the moment. While it is idle every sound ends it: bytes that nobody
// asked for belong to no request. The strict lane reads through `carry`; the general lane listens to the socket itself.
import type { Socket } from "node:net";
import type { Way } from "../release/may-release.ts";
import type { Opened } from "../upstream/origin.ts";

/** An exchange under way. */
export interface RawReader {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onClose(): void;
  onError(error: Error): void;
  onDrain(): void;
}

export class RawConnection {
  readonly socket: Socket;
  readonly key: string;
  readonly way: Way;
  /** It has served before, so a failure at once may be a dead idle connection. */
  isUsed = false;
  /** null: in use. */
  idleSinceMs: number | null = null;
  #reader: RawReader | null = null;
  #isListening = false;

  constructor({ socket, way }: Opened, key: string) {
    this.socket = socket;
    this.key = key;
    this.way = way;
    // Whoever uses it listens too; between two uses, and after the last, an error is nobody's.
    socket.on("error", () => undefined);
  }

  carry(reader: RawReader): void {
    this.#reader = reader;
    this.#listen();
    if (this.socket.destroyed) process.nextTick(() => reader.onClose());
  }

  /** The exchange is over; what becomes of the connection is decided next. */
  letGo(): void {
    this.#reader = null;
    if (this.socket.isPaused()) this.socket.resume();
  }

  rest(nowMs: number): void {
    this.isUsed = true;
    this.idleSinceMs = nowMs;
    this.#listen();
  }

  /** Once for the life of the socket: listeners that come and go with every request cost as much as its decision. */
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.socket
      .on("data", (chunk: Buffer) => (this.idleSinceMs === null ? this.#reader?.onData(chunk) : this.#endIdle()))
      .on("end", () => (this.idleSinceMs === null ? this.#reader?.onEnd() : this.#endIdle()))
      .on("close", () => this.#reader?.onClose())
      .on("error", (error) => this.#reader?.onError(error))
      .on("drain", () => this.#reader?.onDrain());
  }

  #endIdle(): void {
    this.socket.destroy();
  }
}
