// Inside a sandbox: 127.0.0.1:PORT, where the program's variables say the proxy is, leads to the run's unix socket.
// In: port and socket path. Out: a listening server. It carries bytes in both directions and knows nothing about them.
import { connect, createServer, type Server, type Socket } from "node:net";

export function forwardPort(port: number, socketPath: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const way = openWay(client, socketPath);
    client.pipe(way);
    way.pipe(client);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, () => resolve(server));
  });
}

/** A connection to the run's socket that ends with the client's, and the client's with it. */
export function openWay(client: Socket, socketPath: string): Socket {
  const way = connect({ path: socketPath, allowHalfOpen: true });
  for (const [socket, other] of [
    [client, way],
    [way, client],
  ] as const) {
    socket.on("error", () => other.destroy());
    socket.once("close", () => other.destroy());
  }
  return way;
}
