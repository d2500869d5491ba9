// The end of an answer that only its connection's end would tell, when that answer has broken: the child must not take it for whole.
// In: the child's connection, under TLS or in clear. Out: a TCP reset, where an end would be said otherwise. Part of step 10, respond.
import type { Socket } from "node:net";

/** The TCP connection below a TLS one; a TLS socket cannot reset it. */
const wires = new WeakMap<Socket, Socket>();

export function rememberWire(secured: Socket, wire: Socket): void {
  wires.set(secured, wire);
}

export function breakOff(socket: Socket): void {
  const wire = wires.get(socket) ?? socket;
  if (!wire.destroyed) wire.resetAndDestroy();
  socket.destroy();
}
