// Lets the large pieces that arrive in one turn of the event loop leave as one write: a socket hands over up to four TLS records at
// once, and a system call for each of them is most of what passing a body costs.
// In: the socket that is about to be written to, and a piece. Out: a socket that holds back until the turn is over. Small pieces
// (answers, events) are never held back.
import type { Socket } from "node:net";

/** A full TLS record carries 16 KiB: where one has come, more may be there already. */
const LARGE_BYTES = 8 * 1024;

export function gatherWrites(socket: Socket, piece: Buffer): void {
  if (piece.length < LARGE_BYTES || socket.writableCorked > 0) return;
  socket.cork();
  setImmediate(() => socket.uncork());
}

/** One write is one TLS record and one system call, so a head never leaves apart from the body that is there already. */
export function writeTogether(socket: Socket, head: string, body: readonly Buffer[]): boolean {
  if (body.length === 0) return socket.write(head, "latin1");
  return socket.write(Buffer.concat([Buffer.from(head, "latin1"), ...body]));
}

/** Texts and bytes of one turn that are to leave as one write; a list of pieces handed to a socket costs more than joining small ones. */
export class JointWrite {
  readonly #socket: Socket;
  /** latin1, in front of the bytes that have been joined. */
  #text = "";
  /** Texts wait. */
  isOpen = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  begin(): void {
    this.isOpen = true;
  }

  /** false: the socket is full. */
  text(text: string): boolean {
    if (!this.isOpen) return this.#socket.write(text, "latin1");
    this.#text += text;
    return true;
  }

  /** What has waited leaves in front of them. Large pieces are not copied. */
  bytes(bytes: Buffer): boolean {
    const isLarge = bytes.length > LARGE_BYTES;
    if (!this.isOpen || (isLarge && this.#text === "")) return this.#socket.write(bytes);
    if (!isLarge) {
      this.#text += bytes.toString("latin1");
      return true;
    }
    const text = this.#text;
    this.#text = "";
    this.#socket.cork();
    this.#socket.write(text, "latin1");
    const isFlowing = this.#socket.write(bytes);
    this.#socket.uncork();
    return isFlowing;
  }

  end(): boolean {
    this.isOpen = false;
    const text = this.#text;
    this.#text = "";
    return text === "" || this.#socket.write(text, "latin1");
  }
}
