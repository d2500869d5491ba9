// A blind tunnel: bytes of a host that is not bound pass untouched in both directions, half-closes and resets included.
// In: two connected sockets. Out: when both ways have ended, how many bytes went. It looks at nothing.
import type { Socket } from "node:net";

export interface TunnelBytes {
  readonly bytesUp: number;
  readonly bytesDown: number;
}

export function joinSockets(client: Socket, upstream: Socket): Promise<TunnelBytes> {
  return new Promise((resolve) => {
    let open = 2;
    const onClose = (): void => {
      open -= 1;
      if (open === 0) resolve({ bytesUp: upstream.bytesWritten, bytesDown: upstream.bytesRead });
    };
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("error", () => to.resetAndDestroy());
      from.on("close", onClose);
      // pipe() forwards the end of one direction only, so a half-closed tunnel keeps carrying the other.
      from.pipe(to);
      from.once("close", () => {
        if (!from.readableEnded) to.destroy();
      });
    }
  });
}
