// The last bytes on a client's connection: said, then closed, in a way that the client gets to read them.
// In: a socket and what is still to be said. Out: nothing. A client that will not hang up is hung up on.
import type { Socket } from "node:net";

/** Closing while the client still sends makes its kernel throw our answer away (RFC 9112 §9.6): what it sends is read away for this long. */
const LINGER_MS = 5_000;

export function endSocket(socket: Socket, lastBytes = ""): void {
  if (socket.destroyed) return;
  let timer: NodeJS.Timeout | undefined;
  // From the last byte on: a slow reader of a long answer has as long as it takes.
  socket.once("finish", () => (timer = setTimeout(() => socket.destroy(), LINGER_MS)));
  socket.once("close", () => clearTimeout(timer));
  socket.end(lastBytes);
  socket.resume();
}
