// A company's proxy: CONNECT with credentials, every target sent to one upstream, and a list of what was asked.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { randomText } from "../../src/core/ids.ts";

export interface ParentProxy {
  readonly port: number;
  readonly password: string;
  /** With credentials, as HTTPS_PROXY holds it. */
  readonly url: string;
  /** CONNECT targets let through. */
  readonly targets: readonly string[];
  close(): Promise<void>;
}

export async function startParentProxy(upstreamPort: number): Promise<ParentProxy> {
  const password = `pw-${randomText(24)}`;
  const wanted = `Basic ${Buffer.from(`clerk:${password}`).toString("base64")}`;
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
    if (request.headers["proxy-authorization"] !== wanted) return void socket.end("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
    targets.push(request.url ?? "");
    const out = connect(upstreamPort, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    sockets.add(out.on("error", () => socket.destroy()));
    socket.pipe(out).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    password,
    url: `http://clerk:${password}@127.0.0.1:${port}`,
    targets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
